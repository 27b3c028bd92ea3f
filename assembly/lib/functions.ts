// The elementary functions of the map family on four lanes, with their gradients: `forward` is y = f(x), `gradient` is
// dy · f′ from v, which is y where the class says so, else x. a and b are the constants of the function; without any
// they are left out. NaN stays NaN.
import { erf4, exp4, expm1OfNegative4, log4 } from './math';
import { sin4 } from './trigonometry';

/** |x|; the gradient is 0 at 0, and at NaN. */
@unmanaged
export class Abs {
  @inline
  forward(x: v128, _a: v128, _b: v128): v128 {
    return f32x4.abs(x);
  }

  @inline
  gradient(x: v128, dy: v128, _a: v128, _b: v128): v128 {
    const signed = v128.xor(dy, v128.and(x, i32x4.splat(0x80000000)));
    return v128.and(signed, f32x4.gt(f32x4.abs(x), f32x4.splat(0)));
  }
}

/** The least integer of at least x; the gradient is 0. */
@unmanaged
export class Ceil {
  @inline
  forward(x: v128, _a: v128, _b: v128): v128 {
    return f32x4.ceil(x);
  }
}

const TWO_OVER_SQRT_PI: f32 = 1.1283791670955126;

/** erf x = 2/√π ∫ e^(−t²) dt from 0 to x: f′ = 2 e^(−x²) / √π. */
@unmanaged
export class Erf {
  @inline
  forward(x: v128, _a: v128, _b: v128): v128 {
    return erf4(x);
  }

  @inline
  gradient(x: v128, dy: v128, _a: v128, _b: v128): v128 {
    const g = exp4(f32x4.neg(f32x4.mul(x, x)));
    return f32x4.mul(dy, f32x4.mul(g, f32x4.splat(TWO_OVER_SQRT_PI)));
  }
}

/** eˣ; the gradient is from y. */
@unmanaged
export class Exp {
  @inline
  forward(x: v128, _a: v128, _b: v128): v128 {
    return exp4(x);
  }

  @inline
  gradient(y: v128, dy: v128, _a: v128, _b: v128): v128 {
    return f32x4.mul(dy, y);
  }
}

/** eˣ − 1, near 0 too: above it is (1 − e⁻ˣ) eˣ. The gradient, from y, is y + 1. */
@unmanaged
export class Expm1 {
  @inline
  forward(x: v128, _a: v128, _b: v128): v128 {
    const below = f32x4.abs(expm1OfNegative4(f32x4.neg(f32x4.abs(x))));
    const above = f32x4.mul(below, exp4(x));
    const magnitude = v128.bitselect(above, below, f32x4.gt(x, f32x4.splat(0)));
    return v128.or(magnitude, v128.and(x, i32x4.splat(0x80000000)));
  }

  @inline
  gradient(y: v128, dy: v128, _a: v128, _b: v128): v128 {
    return f32x4.mul(dy, f32x4.add(y, f32x4.splat(1)));
  }
}

/** The largest integer of at most x; the gradient is 0. */
@unmanaged
export class Floor {
  @inline
  forward(x: v128, _a: v128, _b: v128): v128 {
    return f32x4.floor(x);
  }
}

/** ln x: −∞ at 0, NaN below. */
@unmanaged
export class Log {
  @inline
  forward(x: v128, _a: v128, _b: v128): v128 {
    return log4(x);
  }

  @inline
  gradient(x: v128, dy: v128, _a: v128, _b: v128): v128 {
    return f32x4.div(dy, x);
  }
}

/** ln(1 + x), near 0 too: ln u · x / (u − 1) where u is the rounded sum (Kahan). −∞ at −1, NaN below. */
@unmanaged
export class Log1p {
  @inline
  forward(x: v128, _a: v128, _b: v128): v128 {
    const one = f32x4.splat(1);
    const u = f32x4.add(x, one);
    const part = f32x4.sub(u, one);
    const y = f32x4.mul(log4(u), f32x4.div(x, part));
    const isItself = v128.or(f32x4.eq(part, f32x4.splat(0)), f32x4.eq(x, f32x4.splat(Infinity)));
    return v128.bitselect(x, y, isItself);
  }

  @inline
  gradient(x: v128, dy: v128, _a: v128, _b: v128): v128 {
    return f32x4.div(dy, f32x4.add(x, f32x4.splat(1)));
  }
}

/** −x; v is not used. */
@unmanaged
export class Neg {
  @inline
  forward(x: v128, _a: v128, _b: v128): v128 {
    return f32x4.neg(x);
  }

  @inline
  gradient(_v: v128, dy: v128, _a: v128, _b: v128): v128 {
    return f32x4.neg(dy);
  }
}

/** 1 / x; the gradient, from y, is −y². */
@unmanaged
export class Reciprocal {
  @inline
  forward(x: v128, _a: v128, _b: v128): v128 {
    return f32x4.div(f32x4.splat(1), x);
  }

  @inline
  gradient(y: v128, dy: v128, _a: v128, _b: v128): v128 {
    return f32x4.neg(f32x4.mul(dy, f32x4.mul(y, y)));
  }
}

/** The nearest integer, the even one of two; the gradient is 0. */
@unmanaged
export class Round {
  @inline
  forward(x: v128, _a: v128, _b: v128): v128 {
    return f32x4.nearest(x);
  }
}

/** 1 / √x; the gradient, from y, is −y³ / 2. */
@unmanaged
export class Rsqrt {
  @inline
  forward(x: v128, _a: v128, _b: v128): v128 {
    return f32x4.div(f32x4.splat(1), f32x4.sqrt(x));
  }

  @inline
  gradient(y: v128, dy: v128, _a: v128, _b: v128): v128 {
    const cube = f32x4.mul(f32x4.mul(y, y), y);
    return f32x4.mul(dy, f32x4.mul(cube, f32x4.splat(-0.5)));
  }
}

/** 1 above 0, −1 below, else 0, at NaN too; the gradient is 0. */
@unmanaged
export class Sign {
  @inline
  forward(x: v128, _a: v128, _b: v128): v128 {
    const zero = f32x4.splat(0);
    // True is −1 as an integer.
    return f32x4.convert_i32x4_s(i32x4.sub(f32x4.lt(x, zero), f32x4.gt(x, zero)));
  }
}

/** sin(x + a π/2): the sine for a = 0, the cosine for a = 1. f′ = sin(x + (a + 1) π/2). */
@unmanaged
export class Sin {
  @inline
  forward(x: v128, a: v128, _b: v128): v128 {
    return sin4(x, a);
  }

  @inline
  gradient(x: v128, dy: v128, a: v128, _b: v128): v128 {
    return f32x4.mul(dy, sin4(x, f32x4.add(a, f32x4.splat(1))));
  }
}

/** √x; the gradient, from y, is 1 / 2y. */
@unmanaged
export class Sqrt {
  @inline
  forward(x: v128, _a: v128, _b: v128): v128 {
    return f32x4.sqrt(x);
  }

  @inline
  gradient(y: v128, dy: v128, _a: v128, _b: v128): v128 {
    return f32x4.div(dy, f32x4.add(y, y));
  }
}

/** x². */
@unmanaged
export class Square {
  @inline
  forward(x: v128, _a: v128, _b: v128): v128 {
    return f32x4.mul(x, x);
  }

  @inline
  gradient(x: v128, dy: v128, _a: v128, _b: v128): v128 {
    return f32x4.mul(dy, f32x4.add(x, x));
  }
}
