// The activations of the map family on four lanes, in the form of lib/functions.ts.
import { clip4, exp4, expm1OfNegative4, gaussian4, log1pOfFraction4, normalCdf4, sigmoid4, tanh4 } from './math';

/** x held between a and b: −0 stays. The gradient passes between the bounds, at them, and at NaN. */
@unmanaged
export class Clip {
  @inline
  forward(x: v128, a: v128, b: v128): v128 {
    return clip4(x, a, b);
  }

  @inline
  gradient(x: v128, dy: v128, a: v128, b: v128): v128 {
    return v128.andnot(dy, v128.or(f32x4.lt(x, a), f32x4.gt(x, b)));
  }
}

/**
 * x where x > 0, else a(e^(bx) − 1), a ≥ 0, b > 0 (Clevert et al. 2015; with b = 1/a Barron 2017); the gradient, from y,
 * is b (a + y) below 0.
 */
@unmanaged
export class Elu {
  @inline
  forward(x: v128, a: v128, b: v128): v128 {
    const zero = f32x4.splat(0);
    const below = f32x4.mul(a, expm1OfNegative4(f32x4.mul(b, f32x4.pmin(x, zero))));
    return v128.bitselect(x, below, f32x4.gt(x, zero));
  }

  @inline
  gradient(y: v128, dy: v128, a: v128, b: v128): v128 {
    const below = f32x4.mul(dy, f32x4.mul(b, f32x4.add(y, a)));
    return v128.bitselect(dy, below, f32x4.gt(y, f32x4.splat(0)));
  }
}

const INVERSE_SQRT_2PI: f32 = 0.39894228040143268;

/** x Φ(x), Φ the normal distribution function (Hendrycks and Gimpel 2016): f′ = Φ(x) + x e^(−x²/2) / √2π. NaN at −∞. */
@unmanaged
export class Gelu {
  @inline
  forward(x: v128, _a: v128, _b: v128): v128 {
    return f32x4.mul(x, normalCdf4(x, gaussian4(x)));
  }

  @inline
  gradient(x: v128, dy: v128, _a: v128, _b: v128): v128 {
    const g = gaussian4(x);
    const density = f32x4.mul(g, f32x4.splat(INVERSE_SQRT_2PI));
    return f32x4.mul(dy, f32x4.add(normalCdf4(x, g), f32x4.mul(x, density)));
  }
}

/** 2 √(2/π), and the factor of x³. */
const GELU_SCALE: f32 = 1.5957691216057308;
const GELU_CUBIC: f32 = 0.044715;
/** Beyond ±20 σ(z) is 0 or 1 in float32, and z′ could overflow. */
const GELU_MAX: f32 = 20;

/**
 * The other form of GELU, x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2 = x σ(z) with z = 2 √(2/π) (x + 0.044715 x³):
 * f′ = σ(z) (1 + x z′ (1 − σ(z))). NaN at −∞.
 */
@unmanaged
export class GeluTanh {
  @inline
  forward(x: v128, _a: v128, _b: v128): v128 {
    return f32x4.mul(x, sigmoid4(this.z(x, GELU_CUBIC)));
  }

  @inline
  gradient(x: v128, dy: v128, _a: v128, _b: v128): v128 {
    const one = f32x4.splat(1);
    const bounded = clip4(x, f32x4.splat(-GELU_MAX), f32x4.splat(GELU_MAX));
    const s = sigmoid4(this.z(bounded, GELU_CUBIC));
    const rise = this.z(bounded, 3 * GELU_CUBIC);
    const slope = f32x4.mul(s, f32x4.add(one, f32x4.mul(rise, f32x4.sub(one, s))));
    return f32x4.mul(dy, slope);
  }

  /** 2 √(2/π) (x + c x³): z, and x z′ where c is three times as large. */
  @inline
  z(x: v128, c: f32): v128 {
    const factor = f32x4.add(f32x4.splat(1), f32x4.mul(f32x4.mul(x, x), f32x4.splat(c)));
    return f32x4.mul(f32x4.mul(x, f32x4.splat(GELU_SCALE)), factor);
  }
}

/** 0 where |x| ≤ a, else x: NaN stays. */
@unmanaged
export class HardShrink {
  @inline
  forward(x: v128, a: v128, _b: v128): v128 {
    return v128.andnot(x, f32x4.le(f32x4.abs(x), a));
  }

  @inline
  gradient(x: v128, dy: v128, a: v128, _b: v128): v128 {
    return v128.andnot(dy, f32x4.le(f32x4.abs(x), a));
  }
}

/** a x + b held between 0 and 1 (Courbariaux et al. 2015); the gradient, from y, is a between them and at NaN. */
@unmanaged
export class HardSigmoid {
  @inline
  forward(x: v128, a: v128, b: v128): v128 {
    return clip4(f32x4.add(f32x4.mul(a, x), b), f32x4.splat(0), f32x4.splat(1));
  }

  @inline
  gradient(y: v128, dy: v128, a: v128, _b: v128): v128 {
    const isFlat = v128.or(f32x4.le(y, f32x4.splat(0)), f32x4.ge(y, f32x4.splat(1)));
    return v128.andnot(f32x4.mul(dy, a), isFlat);
  }
}

/** `Clip` with another gradient, from y: none at the bounds, all between them and at NaN. */
@unmanaged
export class Hardtanh {
  @inline
  gradient(y: v128, dy: v128, a: v128, b: v128): v128 {
    return v128.andnot(dy, v128.or(f32x4.le(y, a), f32x4.ge(y, b)));
  }
}

/**
 * x · min(max(x + 3, 0), 6) / 6 (Howard et al. 2019): f′ = 0 where x ≤ −3, 1 where x ≥ 3 and at NaN, else x / 3 + 1/2.
 * NaN at −∞.
 */
@unmanaged
export class HardSwish {
  /** The factor is computed first: x times the clipped sum could overflow. */
  @inline
  forward(x: v128, _a: v128, _b: v128): v128 {
    const six = f32x4.splat(6);
    const shifted = f32x4.add(x, f32x4.splat(3));
    const clipped = clip4(shifted, f32x4.splat(0), six);
    return f32x4.mul(x, f32x4.div(clipped, six));
  }

  @inline
  gradient(x: v128, dy: v128, _a: v128, _b: v128): v128 {
    const three = f32x4.splat(3);
    const slope = f32x4.add(f32x4.div(x, three), f32x4.splat(0.5));
    const isBetween = f32x4.lt(f32x4.abs(x), three);
    const d = v128.bitselect(f32x4.mul(dy, slope), dy, isBetween);
    return v128.andnot(d, f32x4.le(x, f32x4.splat(-3)));
  }
}

/** x where x > 0, else a x: a NaN counts as not above 0. Where a ≥ 0, y is above 0 where x is: v may be either. */
@unmanaged
export class LeakyRelu {
  @inline
  forward(x: v128, a: v128, _b: v128): v128 {
    return v128.bitselect(x, f32x4.mul(a, x), f32x4.gt(x, f32x4.splat(0)));
  }

  @inline
  gradient(v: v128, dy: v128, a: v128, _b: v128): v128 {
    return v128.bitselect(dy, f32x4.mul(a, dy), f32x4.gt(v, f32x4.splat(0)));
  }
}

/**
 * x tanh(ln(1 + eˣ)) (Misra 2019): f′ = t + x (1 − t²) σ(x) where t is the hyperbolic tangent. NaN at −∞.
 */
@unmanaged
export class Mish {
  @inline
  forward(x: v128, _a: v128, _b: v128): v128 {
    return f32x4.mul(x, this.factor(x));
  }

  @inline
  gradient(x: v128, dy: v128, _a: v128, _b: v128): v128 {
    const one = f32x4.splat(1);
    const t = this.factor(x);
    const rise = f32x4.mul(f32x4.sub(one, t), f32x4.add(one, t));
    return f32x4.mul(dy, f32x4.add(t, f32x4.mul(f32x4.mul(x, rise), sigmoid4(x))));
  }

  /** With e = e^−|x| it is (1 + 2e) / (1 + 2e + 2e²) for x ≥ 0 and (e² + 2e) / (e² + 2e + 2) below: nothing cancels. */
  @inline
  factor(x: v128): v128 {
    const e = exp4(f32x4.neg(f32x4.abs(x)));
    const square = f32x4.mul(e, e);
    const isBelow = f32x4.lt(x, f32x4.splat(0));
    const two = f32x4.splat(2);
    const part = f32x4.add(f32x4.add(e, e), v128.bitselect(square, f32x4.splat(1), isBelow));
    const rest = v128.bitselect(two, f32x4.mul(two, square), isBelow);
    return f32x4.div(part, f32x4.add(part, rest));
  }
}

/** 0 where x < 0, else x: NaN and −0 stay. The gradient, from y, is 0 at 0 and passes at NaN: x may be above. */
@unmanaged
export class Relu {
  @inline
  forward(x: v128, _a: v128, _b: v128): v128 {
    return f32x4.pmax(x, f32x4.splat(0));
  }

  @inline
  gradient(y: v128, dy: v128, _a: v128, _b: v128): v128 {
    return v128.andnot(dy, f32x4.le(y, f32x4.splat(0)));
  }
}

/** b x where x > 0, else b a(eˣ − 1), a > 0, b > 0 (Klambauer et al. 2017); the gradient, from y, is b and y + a b. */
@unmanaged
export class Selu {
  @inline
  forward(x: v128, a: v128, b: v128): v128 {
    const zero = f32x4.splat(0);
    const below = f32x4.mul(a, expm1OfNegative4(f32x4.pmin(x, zero)));
    return f32x4.mul(b, v128.bitselect(x, below, f32x4.gt(x, zero)));
  }

  @inline
  gradient(y: v128, dy: v128, a: v128, b: v128): v128 {
    const below = f32x4.add(y, f32x4.mul(a, b));
    return f32x4.mul(dy, v128.bitselect(b, below, f32x4.gt(y, f32x4.splat(0))));
  }
}

/** σ(x) = 1 / (1 + e⁻ˣ); the gradient, from y, is y (1 − y). */
@unmanaged
export class Sigmoid {
  @inline
  forward(x: v128, _a: v128, _b: v128): v128 {
    return sigmoid4(x);
  }

  @inline
  gradient(y: v128, dy: v128, _a: v128, _b: v128): v128 {
    return f32x4.mul(dy, f32x4.mul(y, f32x4.sub(f32x4.splat(1), y)));
  }
}

/** x σ(x), also called swish: f′ = σ(x) (1 + x (1 − σ(x))). NaN at −∞. */
@unmanaged
export class Silu {
  @inline
  forward(x: v128, _a: v128, _b: v128): v128 {
    return f32x4.mul(x, sigmoid4(x));
  }

  @inline
  gradient(x: v128, dy: v128, _a: v128, _b: v128): v128 {
    const one = f32x4.splat(1);
    const s = sigmoid4(x);
    const slope = f32x4.add(one, f32x4.mul(x, f32x4.sub(one, s)));
    return f32x4.mul(dy, f32x4.mul(s, slope));
  }
}

/** ln(1 + e^(a x)) / a, and x where a x > b: f′ = σ(a x), and 1. ln(1 + eᶻ) = max(z, 0) + ln(1 + e^−|z|). */
@unmanaged
export class Softplus {
  @inline
  forward(x: v128, a: v128, b: v128): v128 {
    const z = f32x4.mul(a, x);
    const rest = log1pOfFraction4(exp4(f32x4.neg(f32x4.abs(z))));
    const sum = f32x4.add(f32x4.pmax(z, f32x4.splat(0)), rest);
    return v128.bitselect(x, f32x4.div(sum, a), f32x4.gt(z, b));
  }

  @inline
  gradient(x: v128, dy: v128, a: v128, b: v128): v128 {
    const z = f32x4.mul(a, x);
    return v128.bitselect(dy, f32x4.mul(dy, sigmoid4(z)), f32x4.gt(z, b));
  }
}

/** x / (1 + |x|): f′ = 1 / (1 + |x|)². */
@unmanaged
export class Softsign {
  @inline
  forward(x: v128, _a: v128, _b: v128): v128 {
    return f32x4.div(x, f32x4.add(f32x4.splat(1), f32x4.abs(x)));
  }

  @inline
  gradient(x: v128, dy: v128, _a: v128, _b: v128): v128 {
    const sum = f32x4.add(f32x4.splat(1), f32x4.abs(x));
    return f32x4.div(dy, f32x4.mul(sum, sum));
  }
}

/** tanh x; the gradient, from y, is 1 − y² as (1 − y)(1 + y): near ±1 the difference is exact. */
@unmanaged
export class Tanh {
  @inline
  forward(x: v128, _a: v128, _b: v128): v128 {
    return tanh4(x);
  }

  @inline
  gradient(y: v128, dy: v128, _a: v128, _b: v128): v128 {
    const one = f32x4.splat(1);
    return f32x4.mul(dy, f32x4.mul(f32x4.sub(one, y), f32x4.add(one, y)));
  }
}

/** x where x > a, else b: NaN stays. */
@unmanaged
export class Threshold {
  @inline
  forward(x: v128, a: v128, b: v128): v128 {
    return v128.bitselect(b, x, f32x4.le(x, a));
  }

  @inline
  gradient(x: v128, dy: v128, a: v128, _b: v128): v128 {
    return v128.andnot(dy, f32x4.le(x, a));
  }
}
