import type { GraphNode, GraphValue } from '../../../graph/graph.js';
import { type Attributes, type Builder, float } from '../builder.js';
import { type Exporter, Unsupported } from '../exporter.js';
import { type Axes, sameAxes } from '../orders.js';

/** How an op is said in ONNX. @throws Unsupported */
export type Emit = (node: GraphNode, exporter: Exporter) => void;
export type Emitters = Readonly<Record<string, Emit>>;

/** The options of all functions of one tensor. */
type MapOptions = Readonly<
  Partial<
    Record<'alpha' | 'beta' | 'lambda' | 'max' | 'min' | 'slope' | 'threshold' | 'value', number>
  >
> & { readonly approximate?: string };

/** ONNX's op of the same name, its attributes with ours, or nodes. */
type MapForm =
  | string
  | readonly [op: string, attributes: Readonly<Record<string, keyof MapOptions>>]
  | ((builder: Builder, x: string, options: MapOptions) => string);

const MAPS: Readonly<Record<string, MapForm>> = {
  abs: 'Abs',
  ceil: 'Ceil',
  celu: ['Celu', { alpha: 'alpha' }],
  clip: clipped,
  cos: 'Cos',
  elu: ['Elu', { alpha: 'alpha' }],
  erf: 'Erf',
  exp: 'Exp',
  expm1: (b, x) => b.node('Sub', [b.node('Exp', [x]), b.scalar(1)]),
  floor: 'Floor',
  gelu: (b, x, { approximate }) => (approximate === 'tanh' ? tanhGelu(b, x) : erfGelu(b, x)),
  hardShrink: ['Shrink', { lambd: 'lambda' }],
  hardSigmoid: ['HardSigmoid', { alpha: 'alpha', beta: 'beta' }],
  hardSwish: 'HardSwish',
  hardtanh: clipped,
  leakyRelu: ['LeakyRelu', { alpha: 'slope' }],
  log: 'Log',
  log1p: (b, x) => b.node('Log', [b.node('Add', [x, b.scalar(1)])]),
  logSigmoid: (b, x) => b.node('Neg', [b.node('Softplus', [b.node('Neg', [x])])]),
  mish: (b, x) => b.node('Mul', [x, b.node('Tanh', [b.node('Softplus', [x])])]),
  neg: 'Neg',
  reciprocal: 'Reciprocal',
  relu: 'Relu',
  relu6: (b, x) => clipped(b, x, { min: 0, max: 6 }),
  round: 'Round',
  rsqrt: (b, x) => b.node('Reciprocal', [b.node('Sqrt', [x])]),
  selu: 'Selu',
  sigmoid: 'Sigmoid',
  sign: 'Sign',
  silu: (b, x) => b.node('Mul', [x, b.node('Sigmoid', [x])]),
  sin: 'Sin',
  softplus,
  softsign: 'Softsign',
  sqrt: 'Sqrt',
  square: (b, x) => b.node('Mul', [x, x]),
  tanh: 'Tanh',
  threshold: (b, x, { threshold, value }) =>
    b.node('Where', [b.node('Greater', [x, b.scalar(threshold!)]), x, b.scalar(value!)]),
};

/** Bounds that are infinite are none. */
function clipped(builder: Builder, x: string, { min, max }: MapOptions): string {
  const bounds = [min!, max!].map((bound) => (Number.isFinite(bound) ? builder.scalar(bound) : ''));
  return builder.node('Clip', [x, ...bounds]);
}

/** x/2 · (1 + erf(x/√2)) */
function erfGelu(b: Builder, x: string): string {
  const erf = b.node('Erf', [b.node('Mul', [x, b.scalar(Math.SQRT1_2)])]);
  return halfOf(b, x, erf);
}

/** x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³))) */
function tanhGelu(b: Builder, x: string): string {
  const cube = b.node('Mul', [b.node('Mul', [x, x]), x]);
  const sum = b.node('Add', [x, b.node('Mul', [cube, b.scalar(0.044715)])]);
  return halfOf(b, x, b.node('Tanh', [b.node('Mul', [sum, b.scalar(Math.sqrt(2 / Math.PI))])]));
}

const halfOf = (b: Builder, x: string, share: string) =>
  b.node('Mul', [b.node('Mul', [x, b.scalar(0.5)]), b.node('Add', [share, b.scalar(1)])]);

/** x itself where beta · x is above the threshold. */
function softplus(b: Builder, x: string, { beta, threshold }: MapOptions): string {
  const scaled = beta === 1 ? x : b.node('Mul', [x, b.scalar(beta!)]);
  const soft = b.node('Softplus', [scaled]);
  const y = beta === 1 ? soft : b.node('Div', [soft, b.scalar(beta!)]);
  return b.node('Where', [b.node('Greater', [scaled, b.scalar(threshold!)]), x, y]);
}

/** A function of every element, also one that another op ends with. @throws Unsupported */
export function mapped(builder: Builder, op: string, x: string, options: unknown): string {
  const form = Object.hasOwn(MAPS, op) ? MAPS[op]! : undefined;
  if (form === undefined) throw new Unsupported('');
  if (typeof form === 'string') return builder.node(form, [x]);
  const given = (options ?? {}) as MapOptions;
  if (typeof form === 'function') return form(builder, x, given);
  const [name, names] = form;
  const attributes = Object.entries(names).map(([key, ours]) => [
    key,
    float(given[ours] as number),
  ]);
  return builder.node(name, [x], Object.fromEntries(attributes) as Attributes);
}

/** Whether an op is a function of every element. */
export const isMap = (op: string) => Object.hasOwn(MAPS, op);

export function emitMap({ op, inputs: [x], output, options }: GraphNode, exporter: Exporter): void {
  const y = mapped(exporter.builder, op.name, exporter.asStored(x!), options);
  exporter.set(output, y, exporter.axesOf(x!));
}

/** The op of what combines two values. */
const PAIRS: Readonly<Record<string, string>> = {
  add: 'Add',
  addBias: 'Add',
  div: 'Div',
  maximum: 'Max',
  minimum: 'Min',
  mul: 'Mul',
  pow: 'Pow',
  prelu: 'PRelu',
  sub: 'Sub',
};

const COMPARISONS: Readonly<Record<string, string>> = {
  equal: 'Equal',
  greater: 'Greater',
  greaterEqual: 'GreaterOrEqual',
  less: 'Less',
  lessEqual: 'LessOrEqual',
  notEqual: 'Equal',
};

/** The number of the function in assembly/lib/zip.ts that is b where a is not 0. */
const KEEP = 17;

export const isPair = (op: string) =>
  op === 'where' || Object.hasOwn(PAIRS, op) || Object.hasOwn(COMPARISONS, op);

/** Two operands in one order: that of the first that is not as here, so that pictures stay as they are. */
export function emitPair(node: GraphNode, exporter: Exporter): void {
  const { op, inputs, output, options } = node;
  const { builder } = exporter;
  const axes = commonAxes(inputs, output, exporter);
  const numbers = (options ?? {}) as { a?: number; b?: number };
  const [a, b] = [0, 1].map((i) => {
    const value = inputs[i];
    return value
      ? exporter.aligned(value, axes)
      : builder.scalar((i === 0 ? numbers.a : numbers.b)!);
  }) as [string, string];
  if (op.name === 'where') return emitSelection(node, a, b, axes, exporter);
  const compared = COMPARISONS[op.name];
  if (compared === undefined) return exporter.setNode(output, PAIRS[op.name]!, [a, b], {}, axes);
  const holds = builder.node(compared, [a, b]);
  const result = op.name === 'notEqual' ? builder.node('Not', [holds]) : holds;
  exporter.set(output, exporter.cast(result, 'float32'), axes);
}

/** b where the condition is not 0, else 0; or the other way round. */
function emitSelection(
  { op, output }: GraphNode,
  a: string,
  b: string,
  axes: Axes,
  exporter: Exporter,
): void {
  const holds = exporter.cast(a, 'bool');
  const zero = exporter.builder.scalar(0);
  const isKept = (op as { fn?: number }).fn === KEEP;
  const chosen = isKept ? [holds, b, zero] : [holds, zero, b];
  exporter.setNode(output, 'Where', chosen, {}, axes);
}

/** The order for operands of one op: of the first of full rank that is in another than here. */
export function commonAxes(
  inputs: readonly (GraphValue | undefined)[],
  { shape }: GraphValue,
  exporter: Exporter,
): Axes {
  const same = sameAxes(shape.length);
  const orders = inputs
    .filter((value) => value && !value.constant && value.shape.length === shape.length)
    .map((value) => exporter.axesOf(value!));
  return orders.find((axes) => axes.some((axis, i) => axis !== i)) ?? same;
}
