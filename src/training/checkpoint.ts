import { describe } from '../describe.js';
import { FormatError } from '../errors.js';
import { checksum } from '../formats/checksum.js';
import { type NamedArray, readSafetensors, writeSafetensors } from '../formats/safetensors.js';
import { type Model, namedState } from '../layers/module.js';
import type { Optimizer, OptimizerState } from '../optimizers/optimizer.js';
import { formatShape, sameShape } from '../shape.js';
import type { Tensor, TensorData } from '../tensor.js';
import {
  asFormatError,
  checkRunState,
  decode,
  encode,
  record,
  type RunState,
} from './run-state.js';

const FORMAT = 'simdgrad-checkpoint';
const VERSION = 3;
/** The last tensor of a checkpoint: one word, of all bytes before it. */
const CHECKSUM = 'checksum';
const CHECKSUM_BYTES = 4;
const OPTIMIZER = 'optimizer.';
const CALLBACKS = 'callbacks.';

/** A safetensors file: parameters, buffers, the optimizer's tensors, a checksum, and the rest as JSON in the metadata. */
export function writeCheckpoint(
  model: Model,
  optimizer: Optimizer,
  run: RunState,
): Uint8Array<ArrayBuffer> {
  const { tensors, numbers } = optimizer.state();
  const all = new Map<string, NamedArray>([
    ...namedState(model).map(([path, value]) => [`model.${path}`, arrayOf(value)] as const),
    ...[...tensors].map(([name, value]) => [OPTIMIZER + name, value] as const),
    ...run.callbacks.flatMap((callback, i) =>
      [...callback.tensors].map(([name, value]) => [`${CALLBACKS}${i}.${name}`, value] as const),
    ),
    [CHECKSUM, { shape: [1], data: new Int32Array(1) }],
  ]);
  const callbacks = run.callbacks.map(({ tensors: _tensors, ...rest }) => rest);
  const state = encode({ version: VERSION, run: { ...run, callbacks }, optimizer: numbers });
  const file = writeSafetensors(all, { format: FORMAT, state });
  const { body, sum } = sumsOf(file);
  sum.setUint32(0, checksum(body), true);
  return file;
}

/** A checkpoint that fits the run that is to go on. */
export interface Checkpoint {
  readonly run: RunState;
  /** Puts model and optimizer into its state. @throws FormatError; nothing is changed then */
  load(): void;
}

/**
 * Reads a checkpoint, and changes nothing.
 * @throws FormatError for a file that is no checkpoint, is damaged, or is one of another model, data set, optimizer …;
 * DisposedError
 */
export function readCheckpoint(
  bytes: Uint8Array,
  model: Model,
  optimizer: Optimizer,
  setup: Readonly<Record<string, unknown>>,
  sizes: { steps: number; samples: number; batchSize: number },
): Checkpoint {
  const { tensors, metadata } = readSafetensors(bytes, 'checkpoint');
  return asFormatError('', () => {
    const { run, optimizer: numbers } = stateOf(metadata);
    checkSum(bytes, tensors);
    checkSetup(setup, record('setup', record('run', run)['setup']));
    checkRunState(run, sizes);
    const values = namedState(model).map(
      ([path, value]) => [value, takeValues(tensors, path, value)] as const,
    );
    const callbacks = run.callbacks.map((callback, i) => {
      return { ...callback, tensors: takePrefixed(tensors, `${CALLBACKS}${i}.`) };
    });
    const state = { tensors: takeOptimizer(tensors), numbers } as OptimizerState;
    const load = () => {
      asFormatError('checkpoint: ', () => optimizer.loadState(state));
      for (const [value, data] of values) value.assign(data);
    };
    return { run: { ...run, callbacks }, load };
  });
}

function stateOf({ format, state = 'null' }: Record<string, string>): Record<string, unknown> {
  if (format !== FORMAT) {
    throw new FormatError(`checkpoint: expected format ${FORMAT}, got ${describe(format)}`);
  }
  const all = record('state', decode(state));
  if (all['version'] === VERSION) return all;
  const got = describe(all['version']);
  throw new FormatError(`checkpoint: expected version ${VERSION}, got ${got}: start the run anew`);
}

function checkSum(bytes: Uint8Array, tensors: Map<string, NamedArray>): void {
  const { body, sum } = sumsOf(bytes);
  if (!tensors.delete(CHECKSUM) || sum.getUint32(0, true) !== checksum(body)) {
    throw new FormatError('checkpoint: the checksum does not fit: the file is damaged');
  }
}

function sumsOf(file: Uint8Array): { body: Uint8Array; sum: DataView } {
  const body = file.subarray(0, -CHECKSUM_BYTES);
  return { body, sum: new DataView(file.buffer, file.byteOffset + body.length, CHECKSUM_BYTES) };
}

/** Compares what the run was started with to what it is to go on with; undefined goes on with anything. */
function checkSetup(expected: Record<string, unknown>, got: Record<string, unknown>): void {
  for (const [key, value] of Object.entries(expected)) {
    if (value === undefined || encode(value) === encode(got[key] ?? null)) continue;
    throw new FormatError(
      `checkpoint: ${key}: the run was started with ${describe(got[key] ?? null)}, ` +
        `it cannot go on with ${describe(value)}`,
    );
  }
}

/** Takes the values of a parameter or a buffer out of the tensors of a file. */
function takeValues(tensors: Map<string, NamedArray>, path: string, value: Tensor): TensorData {
  const name = `model.${path}`;
  void value.pointer;
  const saved = tensors.get(name);
  tensors.delete(name);
  if (saved?.data instanceof Float32Array && sameShape(saved.shape, value.shape)) return saved.data;
  const got = saved ? `${formatShape(saved.shape)} in ${describe(saved.data)}` : 'nothing';
  throw new FormatError(
    `checkpoint: ${name}: expected shape ${formatShape(value.shape)}, got ${got}: it is of another model`,
  );
}

/** Takes the tensors of a callback out of those of a file. */
function takePrefixed(
  tensors: Map<string, NamedArray>,
  prefix: string,
): ReadonlyMap<string, NamedArray> {
  const found = [...tensors].filter(([name]) => name.startsWith(prefix));
  for (const [name] of found) tensors.delete(name);
  return new Map(found.map(([name, value]) => [name.slice(prefix.length), value]));
}

/** The tensors of the optimizer: there should be no others left. */
function takeOptimizer(tensors: ReadonlyMap<string, NamedArray>): Map<string, NamedArray> {
  return new Map(
    [...tensors].map(([name, value]) => {
      if (name.startsWith(OPTIMIZER)) return [name.slice(OPTIMIZER.length), value];
      throw new FormatError(
        `checkpoint: ${describe(name)}: the model has no such parameter or buffer: it is of another model`,
      );
    }),
  );
}

function arrayOf(value: Tensor): NamedArray {
  return { shape: value.shape, data: value.data() };
}
