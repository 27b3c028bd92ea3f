// Recurrent layers forward, with ONNX's gates: every step by matrix products and ops, so that they train like all else.
import { zeros } from '../../creation.js';
import { ShapeError } from '../../errors.js';
import { split, stack, unstack } from '../../ops/copy/join.js';
import { linear } from '../../ops/linear.js';
import { add, mul, sub } from '../../ops/zip/functions.js';
import { formatShape } from '../../shape.js';
import { fromData, type Tensor } from '../../tensor.js';
import { Value } from '../value.js';
import { type GateActivation, gateActivations } from './recurrent-activations.js';

/** What goes into a recurrent layer of `directions` directions; G gates are 4 of an LSTM, 3 of a GRU, 1 of an RNN. */
export interface RecurrentInputs {
  /** [steps, N, inFeatures]; [N, steps, inFeatures] where `batchFirst`. */
  readonly x: Value;
  /** [directions, G · hidden, inFeatures], the gates in ONNX's order: i, o, f, c; z, r, h. */
  readonly weight: Value;
  /** [directions, G · hidden, hidden]. */
  readonly recurrence: Value;
  /** [directions, 2 · G · hidden]: what is added to the products with the weight, then with the recurrence. */
  readonly bias?: Value | undefined;
  /** [N]: the steps of each example; the others give zeros. */
  readonly lengths?: Value | undefined;
  /** [directions, N, hidden]; [N, directions, hidden] where `batchFirst`. Default zeros. */
  readonly initialHidden?: Value | undefined;
  /** The same of an LSTM. */
  readonly initialCell?: Value | undefined;
  /** [directions, 3 · hidden]: what the cell is multiplied with for the gates i, o, f. */
  readonly peepholes?: Value | undefined;
}

export interface RecurrentOptions {
  readonly cell: 'LSTM' | 'GRU' | 'RNN';
  readonly direction?: 'forward' | 'reverse' | 'bidirectional';
  /** ONNX's names; for each direction f, g, h of an LSTM, f, g of a GRU, f of an RNN. */
  readonly activations?: readonly string[] | undefined;
  readonly alphas?: readonly number[] | undefined;
  readonly betas?: readonly number[] | undefined;
  /** What goes into the activations is cut to [−clip, clip]. */
  readonly clip?: number | undefined;
  /** Of a GRU: whether the reset gate comes behind the product with the recurrence. */
  readonly linearBeforeReset?: boolean;
  /** Of an LSTM: whether the forget gate is 1 − input gate. */
  readonly inputForget?: boolean;
  readonly batchFirst?: boolean;
}

/** What a step hands on. */
interface State {
  readonly hidden: Tensor;
  readonly cell: Tensor;
}

/** One direction of a layer. */
interface Direction {
  readonly options: RecurrentOptions;
  readonly activations: readonly GateActivation[];
  /** The recurrence of all gates or, of a GRU, that of z and r, and that of h. */
  readonly products: readonly Product[];
  /** Each [hidden]. */
  readonly peepholes: readonly Tensor[] | undefined;
}

/** `x · weight + bias`: [hidden, columns] and [columns]. */
interface Product {
  readonly weight: Tensor;
  readonly bias: Tensor | undefined;
}

const DEFAULTS = {
  LSTM: { gates: 4, activations: ['Sigmoid', 'Tanh', 'Tanh'] },
  GRU: { gates: 3, activations: ['Sigmoid', 'Tanh'] },
  RNN: { gates: 1, activations: ['Tanh'] },
} as const;

/** The order in which weights and recurrences are best stored. */
export const RECURRENT_WEIGHT = [0, 2, 1] as const;

/**
 * A recurrent layer.
 * @returns the hidden states of all steps [steps, directions, N, hidden], the last ones [directions, N, hidden], and
 * the last cells of an LSTM; where `batchFirst` N is the first axis
 * @throws ShapeError, RangeError
 */
export function recurrent(inputs: RecurrentInputs, options: RecurrentOptions): Value[] {
  const { cell, direction = 'forward', batchFirst = false } = options;
  const x = inputs.x.tensor(batchFirst ? [1, 0, 2] : [0, 1, 2]);
  const weights = unstack(inputs.weight.tensor(RECURRENT_WEIGHT), 0);
  checkDirections(inputs, cell, direction);
  const runs = weights.map((weight, d) => {
    const isReverse = direction === 'reverse' || d === 1;
    return runDirection(x, weight, d, isReverse, inputs, options);
  });
  const order = batchFirst ? [1, 0, 2] : [0, 1, 2];
  const outputs = [
    Value.of(
      stack(
        runs.map(({ all }) => all),
        1,
      ),
      batchFirst ? [1, 2, 0, 3] : undefined,
    ),
    Value.of(
      stack(
        runs.map(({ last }) => last.hidden),
        0,
      ),
      order,
    ),
  ];
  if (cell !== 'LSTM') return outputs;
  return [
    ...outputs,
    Value.of(
      stack(
        runs.map(({ last }) => last.cell),
        0,
      ),
      order,
    ),
  ];
}

function checkDirections(
  { x, weight, recurrence }: RecurrentInputs,
  cell: RecurrentOptions['cell'],
  direction: string,
): void {
  const directions = direction === 'bidirectional' ? 2 : 1;
  const hidden = recurrence.shape[2] ?? 0;
  const rows = DEFAULTS[cell].gates * hidden;
  const isFitting =
    weight.shape[0] === directions && weight.shape[1] === rows && weight.shape[2] === x.shape[2];
  if (isFitting && recurrence.shape[1] === rows) return;
  throw new ShapeError(
    `${cell}: weights: expected [${directions}, ${rows}, ${x.shape[2]}] and [${directions}, ${rows}, ${hidden}], ` +
      `got ${formatShape(weight.shape)} and ${formatShape(recurrence.shape)}`,
  );
}

function runDirection(
  x: Tensor,
  weight: Tensor,
  d: number,
  isReverse: boolean,
  inputs: RecurrentInputs,
  options: RecurrentOptions,
): { all: Tensor; last: State } {
  const [steps, batch] = x.shape as [number, number];
  const part = (value: Value) => unstack(value.tensor(), 0)[d]!;
  const recurrence = unstack(inputs.recurrence.tensor(RECURRENT_WEIGHT), 0)[d]!;
  const hidden = recurrence.shape[0]!;
  const { bias, recurrentBias } = biasesOf(inputs.bias && part(inputs.bias), hidden, options);
  const direction: Direction = {
    options,
    activations: activationsOf(options, d),
    products: productsOf(recurrence, recurrentBias, options.cell),
    peepholes: inputs.peepholes && split(part(inputs.peepholes), hidden, 0),
  };
  const initial = (value: Value | undefined) =>
    value
      ? unstack(value.tensor(options.batchFirst ? [1, 0, 2] : [0, 1, 2]), 0)[d]!
      : zeros([batch, hidden]);
  let state: State = { hidden: initial(inputs.initialHidden), cell: initial(inputs.initialCell) };
  const gates = unstack(linear(x, weight, bias), 0);
  const masks = inputs.lengths && masksOf(inputs.lengths, steps, batch);
  const all: Tensor[] = [];
  for (let i = 0; i < steps; i++) {
    const t = isReverse ? steps - 1 - i : i;
    const next = step(gates[t]!, state, direction);
    const mask = masks?.[t];
    state = mask ? held(next, state, mask) : next;
    all[t] = mask ? mul(next.hidden, mask) : next.hidden;
  }
  return { all: stack(all, 0), last: state };
}

/** Where an example has ended its state stays. @param mask [N, 1] */
function held(next: State, state: State, mask: Tensor): State {
  const mix = (a: Tensor, b: Tensor) => add(b, mul(sub(a, b), mask));
  return { hidden: mix(next.hidden, state.hidden), cell: mix(next.cell, state.cell) };
}

/** For each step 1 for the examples that have it, else 0; undefined where all have all. */
function masksOf(lengths: Value, steps: number, batch: number): Tensor[] | undefined {
  const counts = Array.from(lengths.numbers());
  if (counts.every((count) => count === steps)) return undefined;
  return Array.from({ length: steps }, (_, t) => {
    const mask = counts.map((count) => (t < count ? 1 : 0));
    return fromData('lengths', mask, [batch, 1], 'float32');
  });
}

/** Both biases, added up where the gates are. Of a GRU whose reset comes behind the product that of h stays apart. */
function biasesOf(
  bias: Tensor | undefined,
  hidden: number,
  { cell, linearBeforeReset = false }: RecurrentOptions,
): { bias: Tensor | undefined; recurrentBias: Tensor | undefined } {
  if (!bias) return { bias: undefined, recurrentBias: undefined };
  const size = DEFAULTS[cell].gates * hidden;
  const [own, recurrentBias] = split(bias, [size, size], 0) as [Tensor, Tensor];
  if (cell === 'GRU' && linearBeforeReset) return { bias: own, recurrentBias };
  return { bias: add(own, recurrentBias), recurrentBias: undefined };
}

function activationsOf(options: RecurrentOptions, d: number): GateActivation[] {
  const { activations: usual } = DEFAULTS[options.cell];
  const { activations = [...usual, ...usual], alphas, betas, clip } = options;
  const all = gateActivations(activations, alphas, betas, clip);
  const own = all.slice(d * usual.length, (d + 1) * usual.length);
  if (own.length === usual.length) return own;
  throw new RangeError(
    `${options.cell}: activations: expected ${usual.length} for each direction, got ${all.length} in all`,
  );
}

function step(gates: Tensor, state: State, direction: Direction): State {
  const { cell } = direction.options;
  if (cell === 'LSTM') return lstmStep(gates, state, direction);
  const { products, activations } = direction;
  const hidden =
    cell === 'GRU'
      ? gruStep(gates, state.hidden, direction)
      : activations[0]!(add(gates, product(state.hidden, products[0]!)));
  return { hidden, cell: hidden };
}

const product = (x: Tensor, { weight, bias }: Product) => linear(x, weight, bias);

/** A GRU takes h apart from z and r. */
function productsOf(
  recurrence: Tensor,
  bias: Tensor | undefined,
  cell: RecurrentOptions['cell'],
): Product[] {
  if (cell !== 'GRU') return [{ weight: recurrence, bias }];
  const size = recurrence.shape[0]!;
  const sizes = [2 * size, size];
  const biases = bias ? split(bias, sizes, 0) : [];
  return split(recurrence, sizes, 1).map((weight, i) => ({ weight, bias: biases[i] }));
}

function lstmStep(
  gates: Tensor,
  { hidden, cell }: State,
  { options, activations: [f, g, h], products, peepholes }: Direction,
): State {
  const sums = add(gates, product(hidden, products[0]!));
  const [i, o, forget, c] = split(sums, hidden.shape[1]!, 1) as [Tensor, Tensor, Tensor, Tensor];
  const [pi, po, pf] = peepholes ?? [];
  const peep = (gate: Tensor, weight: Tensor | undefined, from: Tensor) =>
    weight ? add(gate, mul(from, weight)) : gate;
  const input = f!(peep(i, pi, cell));
  const kept = options.inputForget ? sub(1, input) : f!(peep(forget, pf, cell));
  const next = add(mul(kept, cell), mul(input, g!(c)));
  return { hidden: mul(f!(peep(o, po, next)), h!(next)), cell: next };
}

function gruStep(
  gates: Tensor,
  hidden: Tensor,
  { options, activations: [f, g], products }: Direction,
): Tensor {
  const size = hidden.shape[1]!;
  const [xz, xr, xh] = split(gates, size, 1) as [Tensor, Tensor, Tensor];
  const [ofGates, ofState] = products as [Product, Product];
  const [hz, hr] = split(product(hidden, ofGates), size, 1) as [Tensor, Tensor];
  const update = f!(add(xz, hz));
  const reset = f!(add(xr, hr));
  const candidate = options.linearBeforeReset
    ? mul(reset, product(hidden, ofState))
    : product(mul(reset, hidden), ofState);
  const next = g!(add(xh, candidate));
  return add(next, mul(update, sub(hidden, next)));
}
