// The functions of the zip family on four lanes: `forward` is y = f(a, b). `gradient` is what arrives at a: dy · ∂f/∂a.
// What arrives at b is another class, or the same one with a and b exchanged (src/ops/zip/functions.ts).
import { log4 } from './math';
import { pow4 } from './pow';

/** a + b; what arrives at either is dy: lib/zip.ts copies it. */
@unmanaged
export class Add {
  @inline
  forward(a: v128, b: v128): v128 {
    return f32x4.add(a, b);
  }
}

/** a − b; what arrives at a is dy. */
@unmanaged
export class Sub {
  @inline
  forward(a: v128, b: v128): v128 {
    return f32x4.sub(a, b);
  }
}

/** What arrives at b of a − b. */
@unmanaged
export class Negated {
  @inline
  gradient(_a: v128, _b: v128, dy: v128): v128 {
    return f32x4.neg(dy);
  }
}

/** a b. */
@unmanaged
export class Mul {
  @inline
  forward(a: v128, b: v128): v128 {
    return f32x4.mul(a, b);
  }

  @inline
  gradient(_a: v128, b: v128, dy: v128): v128 {
    return f32x4.mul(dy, b);
  }
}

/** a / b. */
@unmanaged
export class Div {
  @inline
  forward(a: v128, b: v128): v128 {
    return f32x4.div(a, b);
  }

  @inline
  gradient(_a: v128, b: v128, dy: v128): v128 {
    return f32x4.div(dy, b);
  }
}

/** What arrives at b of a / b: −dy (a / b) / b. */
@unmanaged
export class Divisor {
  @inline
  gradient(a: v128, b: v128, dy: v128): v128 {
    return f32x4.mul(f32x4.neg(dy), f32x4.div(f32x4.div(a, b), b));
  }
}

/** The larger one; a of equals, and NaN where one is. Equals get half of dy each, and both get all of it at a NaN. */
@unmanaged
export class Maximum {
  @inline
  forward(a: v128, b: v128): v128 {
    return v128.bitselect(f32x4.pmax(a, b), b, f32x4.eq(b, b));
  }

  @inline
  gradient(a: v128, b: v128, dy: v128): v128 {
    return v128.andnot(halfOfEquals(a, b, dy), f32x4.lt(a, b));
  }
}

/** The smaller one, as `Maximum`. */
@unmanaged
export class Minimum {
  @inline
  forward(a: v128, b: v128): v128 {
    return v128.bitselect(f32x4.pmin(a, b), b, f32x4.eq(b, b));
  }

  @inline
  gradient(a: v128, b: v128, dy: v128): v128 {
    return v128.andnot(halfOfEquals(a, b, dy), f32x4.gt(a, b));
  }
}

// @ts-ignore: decorator
@inline
function halfOfEquals(a: v128, b: v128, dy: v128): v128 {
  return v128.bitselect(f32x4.mul(dy, f32x4.splat(0.5)), dy, f32x4.eq(a, b));
}

/** aᵇ; what arrives at a is dy b aᵇ⁻¹, and 0 where b is. */
@unmanaged
export class Pow {
  @inline
  forward(a: v128, b: v128): v128 {
    return pow4(a, b);
  }

  @inline
  gradient(a: v128, b: v128, dy: v128): v128 {
    const power = pow4(a, f32x4.sub(b, f32x4.splat(1)));
    return v128.andnot(f32x4.mul(dy, f32x4.mul(b, power)), f32x4.eq(b, f32x4.splat(0)));
  }
}

/** What arrives at b of aᵇ: dy aᵇ ln a, and 0 where a = 0 and b ≥ 0. */
@unmanaged
export class Exponent {
  @inline
  gradient(a: v128, b: v128, dy: v128): v128 {
    const zero = f32x4.splat(0);
    const isFlat = v128.and(f32x4.eq(a, zero), f32x4.ge(b, zero));
    return v128.andnot(f32x4.mul(dy, f32x4.mul(pow4(a, b), log4(a))), isFlat);
  }
}

/** 1 where a = b, else 0; NaN equals nothing. */
@unmanaged
export class Equal {
  @inline
  forward(a: v128, b: v128): v128 {
    return v128.and(f32x4.eq(a, b), f32x4.splat(1));
  }
}

/** 1 where a ≠ b, else 0. */
@unmanaged
export class NotEqual {
  @inline
  forward(a: v128, b: v128): v128 {
    return v128.and(f32x4.ne(a, b), f32x4.splat(1));
  }
}

/** 1 where a < b, else 0. */
@unmanaged
export class Less {
  @inline
  forward(a: v128, b: v128): v128 {
    return v128.and(f32x4.lt(a, b), f32x4.splat(1));
  }
}

/** 1 where a ≤ b, else 0. */
@unmanaged
export class LessEqual {
  @inline
  forward(a: v128, b: v128): v128 {
    return v128.and(f32x4.le(a, b), f32x4.splat(1));
  }
}

/** 1 where a > b, else 0. */
@unmanaged
export class Greater {
  @inline
  forward(a: v128, b: v128): v128 {
    return v128.and(f32x4.gt(a, b), f32x4.splat(1));
  }
}

/** 1 where a ≥ b, else 0. */
@unmanaged
export class GreaterEqual {
  @inline
  forward(a: v128, b: v128): v128 {
    return v128.and(f32x4.ge(a, b), f32x4.splat(1));
  }
}

/** b where a ≠ 0, else 0, whatever b is; dy there is what arrives at b. */
@unmanaged
export class Keep {
  @inline
  forward(a: v128, b: v128): v128 {
    return v128.and(b, f32x4.ne(a, f32x4.splat(0)));
  }

  @inline
  gradient(a: v128, _b: v128, dy: v128): v128 {
    return this.forward(a, dy);
  }
}

/** b where a = 0, else 0, whatever b is; dy there is what arrives at b. */
@unmanaged
export class Drop {
  @inline
  forward(a: v128, b: v128): v128 {
    return v128.and(b, f32x4.eq(a, f32x4.splat(0)));
  }

  @inline
  gradient(a: v128, _b: v128, dy: v128): v128 {
    return this.forward(a, dy);
  }
}

/** a where a > 0, else b a: a NaN counts as not above 0. */
@unmanaged
export class Prelu {
  @inline
  forward(a: v128, b: v128): v128 {
    return v128.bitselect(a, f32x4.mul(b, a), f32x4.gt(a, f32x4.splat(0)));
  }

  @inline
  gradient(a: v128, b: v128, dy: v128): v128 {
    return v128.bitselect(dy, f32x4.mul(b, dy), f32x4.gt(a, f32x4.splat(0)));
  }
}

/** What arrives at b of `Prelu`. */
@unmanaged
export class PreluWeight {
  @inline
  gradient(a: v128, _b: v128, dy: v128): v128 {
    return v128.andnot(f32x4.mul(dy, a), f32x4.gt(a, f32x4.splat(0)));
  }
}
