import { concat, fill } from '../../imported/ops/copy-ops.js';
import { binary } from '../../imported/ops/elementwise.js';
import { recurrent, type RecurrentOptions } from '../../imported/ops/recurrent.js';
import { reshape, squeeze, transpose, unsqueeze } from '../../imported/ops/shape-ops.js';
import { reverse, split } from '../../imported/ops/slice-ops.js';
import { Value } from '../../imported/value.js';
import { activationName } from './activations.js';
import type { LayerConfig } from './config.js';
import type { LayerClasses, LayerRun, MakeLayer } from './layer.js';

/** A cell of Keras as ONNX has it. */
interface Cell {
  readonly cell: 'LSTM' | 'GRU' | 'RNN';
  /** Of Keras's gates the places in ONNX's order: i, o, f, c and z, r, h. */
  readonly gates: readonly number[];
  /** How often each activation is used: the recurrent one, then the other. */
  readonly uses: readonly [recurrent: number, other: number];
}

const CELLS = {
  LSTM: { cell: 'LSTM', gates: [0, 3, 1, 2], uses: [1, 2] },
  GRU: { cell: 'GRU', gates: [0, 1, 2], uses: [1, 1] },
  SimpleRNN: { cell: 'RNN', gates: [0], uses: [0, 1] },
} as const satisfies Record<string, Cell>;

/** ONNX's names of the activations that have others here. */
const GATE_NAMES: Readonly<Record<string, string>> = { linear: 'affine' };

function layerOf(cell: Cell, ...[config, weight]: Parameters<MakeLayer>): LayerRun {
  const units = config.integer('units', 1);
  const columns = units * cell.gates.length;
  const isResetAfter = cell.cell === 'GRU' && config.boolean('reset_after', false);
  const kernel = weight({ names: ['kernel'], shape: [null, columns] });
  const recurrence = weight({ names: ['recurrent_kernel'], shape: [units, columns] });
  const shape = isResetAfter ? [2, columns] : [columns];
  const bias = config.boolean('use_bias', true) ? weight({ names: ['bias'], shape }) : undefined;
  const isBackwards = config.boolean('go_backwards', false);
  const options: RecurrentOptions = {
    cell: cell.cell,
    direction: isBackwards ? 'reverse' : 'forward',
    ...activationsOf(config, cell),
    linearBeforeReset: isResetAfter,
    batchFirst: true,
  };
  const isSequence = config.boolean('return_sequences', false);
  const hasStates = config.boolean('return_state', false);
  return ([x, hidden, cellState], weights) => {
    const [all, last, lastCell] = recurrent(
      {
        x,
        weight: asGates(weights[kernel]!, cell.gates),
        recurrence: asGates(weights[recurrence]!, cell.gates),
        bias: bias === undefined ? undefined : biasOf(weights[bias]!, cell.gates),
        initialHidden: hidden && unsqueeze(hidden, [1]),
        initialCell: cellState && unsqueeze(cellState, [1]),
      },
      options,
    );
    // Keras gives the steps in the order in which it took them.
    const steps = squeeze(all!, [2]);
    const y = isSequence ? (isBackwards ? reverse(steps, [1]) : steps) : squeeze(last!, [1]);
    const states = [last, lastCell].flatMap((state) => (state ? [squeeze(state, [1])] : []));
    return hasStates ? [y, ...states] : y;
  };
}

function activationsOf(config: LayerConfig, { uses, cell }: Cell) {
  const of = (name: string, otherwise: string) =>
    config.get(name) === undefined ? otherwise : activationName(config, name);
  const recurrentName = cell === 'RNN' ? '' : of('recurrent_activation', 'sigmoid');
  const names = [recurrentName, of('activation', 'tanh')].flatMap((name, i) =>
    new Array<string>(uses[i]!).fill(GATE_NAMES[name] ?? name),
  );
  const isThird = config.isKeras3 && recurrentName === 'hardsigmoid';
  return { activations: names, alphas: isThird ? [1 / 6] : undefined };
}

/** [in, G · units] as [1, G · units, in], with the gates in ONNX's order. */
function asGates(kernel: Value, gates: readonly number[]): Value {
  return unsqueeze(transpose(inOrder(kernel, gates)), [0]);
}

/** [G · units], or [2, G · units], as [1, 2 · G · units]: what is added to both products. */
function biasOf(bias: Value, gates: readonly number[]): Value {
  const ordered = inOrder(bias, gates);
  if (bias.rank === 2) return reshape(ordered, [1, bias.size]);
  return unsqueeze(concat([ordered, fill(bias.shape, 0, 'float32')], 0), [0]);
}

/** With the parts of the last axis in another order. */
function inOrder(x: Value, gates: readonly number[]): Value {
  if (gates.every((gate, i) => gate === i)) return x;
  const parts = split(
    x,
    gates.map(() => x.shape.at(-1)! / gates.length),
    -1,
  );
  return concat(
    gates.map((gate) => parts[gate]!),
    -1,
  );
}

const bidirectional: MakeLayer = (config, weight, make) => {
  const { className, config: inner } = config.inner('layer');
  const name = String(inner.name).replace(/^forward_/, '');
  const modes = ['concat', 'sum', 'mul', 'ave', 'none'] as const;
  const mode = config.word('merge_mode', modes, config.get('merge_mode') ? 'concat' : 'none');
  const [forward, backward] = ['forward', 'backward'].map((direction) =>
    make(
      className,
      { ...inner, go_backwards: direction === 'backward', return_state: false },
      (request) => weight({ ...request, within: [`${direction}_${name}`] }),
    ),
  ) as [LayerRun, LayerRun];
  const isSequence = inner.return_sequences === true;
  return ([x], weights) => {
    const a = forward([x], weights) as Value;
    const end = backward([x], weights) as Value;
    const b = isSequence ? reverse(end, [1]) : end;
    if (mode === 'none') return [a, b];
    if (mode === 'concat') return concat([a, b], -1);
    if (mode === 'mul') return binary('mul', a, b);
    const total = binary('add', a, b);
    return mode === 'sum' ? total : binary('div', total, Value.host([2], [], 'float32'));
  };
};

/** The same layer for every step: the steps become part of the batch. */
const timeDistributed: MakeLayer = (config, weight, make) => {
  const { className, config: inner } = config.inner('layer');
  const own = (request: Parameters<typeof weight>[0]) =>
    weight({ ...request, within: [config.name, String(inner.name)] });
  const run = make(className, inner, own);
  return ([x], weights) => {
    const [batch, steps, ...rest] = x.shape as [number, number, ...number[]];
    const y = run([reshape(x, [batch * steps, ...rest])], weights) as Value;
    return reshape(y, [batch, steps, ...y.shape.slice(1)]);
  };
};

/** Layers over the steps of sequences [batch, steps, features]. */
export const RECURRENT: LayerClasses = {
  LSTM: (...of) => layerOf(CELLS.LSTM, ...of),
  GRU: (...of) => layerOf(CELLS.GRU, ...of),
  SimpleRNN: (...of) => layerOf(CELLS.SimpleRNN, ...of),
  Bidirectional: bidirectional,
  TimeDistributed: timeDistributed,
};
