// Functions that have no kernel, of others that have one; a few units in the last place off.
import { clip } from '../../ops/map/activations.js';
import { abs, exp, expm1, log, log1p, neg, sign, sqrt, square } from '../../ops/map/functions.js';
import { add, div, mul, sub } from '../../ops/zip/functions.js';
import type { Tensor } from '../../tensor.js';

/** Coefficients of atan(x)/x in x², for |x| ≤ tan(π/8) (Cephes, atanf.c). */
const ATAN = [8.05374449538e-2, -1.38776856032e-1, 1.99777106478e-1, -3.33329491539e-1, 1] as const;
/** Its square is finite; beyond it the arc tangent is ±π/2. */
const LARGE = 1e18;

/** The tangent of half the angle whose tangent is x. */
const halved = (x: Tensor) => div(x, add(sqrt(add(square(x), 1)), 1));

/** Of a quarter of the angle, which is small enough for a polynomial. */
export function atan(x: Tensor): Tensor {
  const t = halved(halved(clip(x, -LARGE, LARGE)));
  const z = square(t);
  const [first, ...rest] = ATAN;
  let sum = mul(z, first);
  rest.forEach((coefficient, i) => {
    sum = add(sum, coefficient);
    if (i < rest.length - 1) sum = mul(sum, z);
  });
  return mul(mul(sum, t), 4);
}

const cosine = (x: Tensor) => sqrt(mul(sub(1, x), add(x, 1)));

export function asin(x: Tensor): Tensor {
  return mul(atan(div(x, add(cosine(x), 1))), 2);
}

export function acos(x: Tensor): Tensor {
  return mul(atan(div(cosine(x), add(x, 1))), 2);
}

export function sinh(x: Tensor): Tensor {
  const u = expm1(abs(x));
  return mul(mul(add(u, div(u, add(u, 1))), 0.5), sign(x));
}

export function cosh(x: Tensor): Tensor {
  return mul(add(exp(x), exp(neg(x))), 0.5);
}

export function asinh(x: Tensor): Tensor {
  const size = abs(x);
  const rest = div(square(x), add(sqrt(add(square(x), 1)), 1));
  return mul(log1p(add(size, rest)), sign(x));
}

export function acosh(x: Tensor): Tensor {
  return log(add(x, sqrt(mul(sub(x, 1), add(x, 1)))));
}

export function atanh(x: Tensor): Tensor {
  return mul(log1p(div(mul(x, 2), sub(1, x))), 0.5);
}
