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
  exp: { from: 'output', forward: Math.exp, gradient: (y, dy) => dy * y },
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
  neg: { forward: (x) => -x, gradient: (_, dy) => -dy },
  relu: { from: 'output', forward: (x) => (x < 0 ? 0 : x), gradient: (y, dy) => (y <= 0 ? 0 : dy) },
  relu6: {
    from: 'output',
    forward: (x) => clipped(x, RELU6),
    gradient: (y, dy) => hardGradient(y, dy, RELU6),
  },
  sigmoid: { from: 'output', forward: logistic, gradient: (y, dy) => dy * y * (1 - y) },
  silu: {
    forward: (x) => x * logistic(x),
    gradient: (x, dy) => dy * logistic(x) * (1 + x * (1 - logistic(x))),
  },
  softplus: {
    forward: (x, { beta = 1, threshold = 20 }) =>
      beta * x > threshold ? x : Math.log1p(Math.exp(beta * x)) / beta,
    gradient: (x, dy, { beta = 1, threshold = 20 }) =>
      beta * x > threshold ? dy : dy * logistic(beta * x),
  },
  sqrt: { from: 'output', forward: Math.sqrt, gradient: (y, dy) => dy / (2 * y) },
  square: { forward: (x) => x * x, gradient: (x, dy) => 2 * x * dy },
  tanh: { from: 'output', forward: Math.tanh, gradient: (y, dy) => dy * (1 - y * y) },
} satisfies Record<string, UnaryReference>;
