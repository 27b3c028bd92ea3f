// y = f(x), and dx = dy · f′ from v, which is x or y. In float64; NaN stays NaN, but in gradients where v is not
// known to be out of bounds.

/** Options of the op, by name. */
type Options = Readonly<Record<string, number>>;

export interface UnaryReference {
  /** What v is; left out, x. */
  readonly from?: 'output';
  forward(x: number, options: Options): number;
  gradient(v: number, dy: number, options: Options): number;
}

const clipped = (x: number, { min = 0, max = 0 }: Options) => (x < min ? min : x > max ? max : x);
/** From y. */
const hardGradient = (y: number, dy: number, { min = 0, max = 0 }: Options) =>
  y <= min || y >= max ? 0 : dy;
const RELU6 = { min: 0, max: 6 };
const UNIT = { min: 0, max: 1 };
/** Those of Klambauer et al., as float32. */
const SELU_ALPHA = Math.fround(1.6732632423543772);
const SELU_SCALE = Math.fround(1.0507009873554805);
const logistic = (x: number) => 1 / (1 + Math.exp(-x));
const tanhArgument = (x: number) => Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3);

/** (1 + erf(x / √2)) / 2: by the series of erf in the middle, by the continued fraction of erfc outside. */
export function normalCdf(x: number): number {
  if (x > 0) return 1 - normalCdf(-x);
  if (x < -3) {
    let fraction = 0;
    for (let n = 300; n > 0; n--) fraction = n / (fraction - x);
    return density(x) / (fraction - x);
  }
  let sum = 0;
  let term = x;
  for (let n = 0; n < 100; n++) {
    sum += term / (2 * n + 1);
    term *= (-x * x) / (2 * (n + 1));
  }
  return 0.5 + sum / Math.sqrt(2 * Math.PI);
}

/** 2/√π ∫ e^(−t²) dt from 0 to x: by its series near 0, where 1 − … would cancel. */
export function erf(x: number): number {
  if (Math.abs(x) > 1) return 2 * normalCdf(x * Math.SQRT2) - 1;
  let sum = 1;
  let term = 1;
  for (let n = 1; n < 40; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 * x * sum) / Math.sqrt(Math.PI);
}

function roundToEven(x: number): number {
  const nearest = Math.round(x);
  return Math.abs(x % 1) === 0.5 && nearest % 2 !== 0 ? nearest - 1 : nearest;
}

const density = (x: number) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);

export const UNARY = {
  abs: {
    forward: Math.abs,
    gradient: (x, dy) => (x > 0 ? dy : x < 0 ? -dy : 0),
  },
  clip: {
    forward: clipped,
    gradient: (x, dy, { min = 0, max = 0 }) => (x < min || x > max ? 0 : dy),
  },
  elu: {
    from: 'output',
    forward: (x, { alpha = 1 }) => (x > 0 ? x : alpha * Math.expm1(x)),
    gradient: (y, dy, { alpha = 1 }) => (y > 0 ? dy : dy * (y + alpha)),
  },
  ceil: { forward: Math.ceil, gradient: () => 0 },
  celu: {
    from: 'output',
    forward: (x, { alpha = 1 }) => (x > 0 ? x : alpha * Math.expm1(x / alpha)),
    gradient: (y, dy, { alpha = 1 }) => (y > 0 ? dy : dy * (y / alpha + 1)),
  },
  cos: { forward: Math.cos, gradient: (x, dy) => -dy * Math.sin(x) },
  erf: {
    forward: erf,
    gradient: (x, dy) => (dy * 2 * Math.exp(-x * x)) / Math.sqrt(Math.PI),
  },
  exp: { from: 'output', forward: Math.exp, gradient: (y, dy) => dy * y },
  expm1: { from: 'output', forward: Math.expm1, gradient: (y, dy) => dy * (y + 1) },
  floor: { forward: Math.floor, gradient: () => 0 },
  gelu: {
    forward: (x) => x * normalCdf(x),
    gradient: (x, dy) => dy * (normalCdf(x) + x * density(x)),
  },
  geluTanh: {
    forward: (x) => (x * (1 + Math.tanh(tanhArgument(x)))) / 2,
    gradient(x, dy) {
      const t = Math.tanh(tanhArgument(x));
      const rise = Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * x * x);
      return (dy * (1 + t + x * (1 - t * t) * rise)) / 2;
    },
  },
  hardShrink: {
    forward: (x, { lambda = 0.5 }) => (Math.abs(x) <= lambda ? 0 : x),
    gradient: (x, dy, { lambda = 0.5 }) => (Math.abs(x) <= lambda ? 0 : dy),
  },
  hardSigmoid: {
    from: 'output',
    forward: (x, { alpha = 1 / 6, beta = 0.5 }) => clipped(alpha * x + beta, UNIT),
    gradient: (y, dy, { alpha = 1 / 6 }) => hardGradient(y, alpha * dy, UNIT),
  },
  hardSwish: {
    forward: (x) => x * (Math.min(Math.max(x + 3, 0), 6) / 6),
    gradient: (x, dy) => (x <= -3 ? 0 : Math.abs(x) < 3 ? dy * (x / 3 + 0.5) : dy),
  },
  hardtanh: { from: 'output', forward: clipped, gradient: hardGradient },
  /** Gradient from x, or from y where slope ≥ 0. */
  leakyRelu: {
    forward: (x, { slope = 0.01 }) => (x > 0 ? x : slope * x),
    gradient: (v, dy, { slope = 0.01 }) => (v > 0 ? dy : slope * dy),
  },
  log: { forward: Math.log, gradient: (x, dy) => dy / x },
  log1p: { forward: Math.log1p, gradient: (x, dy) => dy / (1 + x) },
  logSigmoid: {
    forward: (x) => -(Math.max(-x, 0) + Math.log1p(Math.exp(-Math.abs(x)))),
    gradient: (x, dy) => dy * logistic(-x),
  },
  mish: {
    forward: (x) => x * Math.tanh(Math.log1p(Math.exp(x))),
    gradient(x, dy) {
      const t = Math.tanh(Math.log1p(Math.exp(x)));
      return dy * (t + x * (1 - t * t) * logistic(x));
    },
  },
  neg: { forward: (x) => -x, gradient: (_, dy) => -dy },
  reciprocal: { from: 'output', forward: (x) => 1 / x, gradient: (y, dy) => -dy * y * y },
  relu: { from: 'output', forward: (x) => (x < 0 ? 0 : x), gradient: (y, dy) => (y <= 0 ? 0 : dy) },
  relu6: {
    from: 'output',
    forward: (x) => clipped(x, RELU6),
    gradient: (y, dy) => hardGradient(y, dy, RELU6),
  },
  round: { forward: roundToEven, gradient: () => 0 },
  rsqrt: {
    from: 'output',
    forward: (x) => 1 / Math.sqrt(x),
    gradient: (y, dy) => (-dy * y * y * y) / 2,
  },
  selu: {
    from: 'output',
    forward: (x) => SELU_SCALE * (x > 0 ? x : SELU_ALPHA * Math.expm1(x)),
    gradient: (y, dy) => dy * (y > 0 ? SELU_SCALE : y + SELU_SCALE * SELU_ALPHA),
  },
  sigmoid: { from: 'output', forward: logistic, gradient: (y, dy) => dy * y * (1 - y) },
  sign: { forward: (x) => Number(x > 0) - Number(x < 0), gradient: () => 0 },
  silu: {
    forward: (x) => x * logistic(x),
    gradient: (x, dy) => dy * logistic(x) * (1 + x * (1 - logistic(x))),
  },
  sin: { forward: Math.sin, gradient: (x, dy) => dy * Math.cos(x) },
  softplus: {
    forward: (x, { beta = 1, threshold = 20 }) =>
      beta * x > threshold ? x : Math.log1p(Math.exp(beta * x)) / beta,
    gradient: (x, dy, { beta = 1, threshold = 20 }) =>
      beta * x > threshold ? dy : dy * logistic(beta * x),
  },
  softsign: {
    forward: (x) => (Math.abs(x) === Infinity ? NaN : x / (1 + Math.abs(x))),
    gradient: (x, dy) => dy / (1 + Math.abs(x)) ** 2,
  },
  sqrt: { from: 'output', forward: Math.sqrt, gradient: (y, dy) => dy / (2 * y) },
  square: { forward: (x) => x * x, gradient: (x, dy) => 2 * x * dy },
  threshold: {
    forward: (x, { threshold = 0, value = 0 }) => (x <= threshold ? value : x),
    gradient: (x, dy, { threshold = 0 }) => (x <= threshold ? 0 : dy),
  },
  tanh: { from: 'output', forward: Math.tanh, gradient: (y, dy) => dy * (1 - y * y) },
} satisfies Record<string, UnaryReference>;

/** To whole numbers: toward zero, modulo 2³², NaN to 0. */
export function castForward(x: ArrayLike<number>): Int32Array {
  return Int32Array.from(x, (value) => value | 0);
}
