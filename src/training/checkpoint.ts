import { FormatError } from '../errors.js';
import { readSafetensors, writeSafetensors } from '../formats/safetensors.js';
import type { Model } from '../layers/module.js';
import type { Optimizer, OptimizerState } from '../optimizers/optimizer.js';
import type { RandomState } from '../random.js';
import { formatShape, sameShape } from '../shape.js';
import type { Tensor } from '../tensor.js';
import type { MeansState } from './metrics.js';
import type { EpochRecord } from './run.js';

const FORMAT = 'simdgrad-checkpoint';
const VERSION = 1;

/** Where a run stands, apart from its tensors. */
export interface RunState {
  /** What must be the same for the run to go on: sizes of data, batches … */
  readonly setup: Record<string, unknown>;
  /** Epochs done, and steps of the next one. */
  readonly epoch: number;
  readonly step: number;
  /** Generator when the epoch began (its order of samples follows from it), and now. */
  readonly epochRandom: RandomState;
  readonly random: RandomState;
  readonly means: MeansState;
  readonly epochSeconds: number;
  readonly history: readonly EpochRecord[];
  readonly callbacks: Record<string, unknown>;
}

/** Parameters by path, or by place for a model that does not name them. */
export function namedParameters(model: Model): [path: string, parameter: Tensor][] {
  return model.namedParameters?.() ?? model.parameters().map((value, i) => [String(i), value]);
}

/** A safetensors file: parameters, the optimizer's tensors, and the rest as JSON in the metadata. */
export function writeCheckpoint(
  model: Model,
  optimizer: Optimizer,
  run: RunState,
): Uint8Array<ArrayBuffer> {
  const { tensors, numbers } = optimizer.state();
  const all = new Map([
    ...namedParameters(model).map(([path, value]) => [`model.${path}`, arrayOf(value)] as const),
    ...[...tensors].map(([name, value]) => [`optimizer.${name}`, value] as const),
  ]);
  const state = JSON.stringify({ version: VERSION, run, optimizer: numbers });
  return writeSafetensors(all, { format: FORMAT, state });
}

/**
 * Restores model and optimizer.
 * @returns where the run stood
 * @throws FormatError for a file that is no checkpoint, or one of another model, data set or batch size; nothing is
 * changed then
 */
export function readCheckpoint(
  bytes: Uint8Array,
  model: Model,
  optimizer: Optimizer,
  setup: Record<string, unknown>,
): RunState {
  const { tensors, metadata } = readSafetensors(bytes, 'checkpoint');
  if (metadata['format'] !== FORMAT) {
    throw new FormatError(
      `checkpoint: expected format ${FORMAT}, got ${String(metadata['format'])}`,
    );
  }
  const state = JSON.parse(metadata['state'] ?? '{}') as {
    version: number;
    run: RunState;
    optimizer: OptimizerState['numbers'];
  };
  if (state.version !== VERSION) {
    throw new FormatError(`checkpoint: expected version ${VERSION}, got ${String(state.version)}`);
  }
  checkSetup(setup, state.run.setup);
  const parameters = namedParameters(model).map(([path, value]) => {
    const saved = tensors.get(`model.${path}`);
    if (!saved || !sameShape(saved.shape, value.shape)) {
      const got = saved ? formatShape(saved.shape) : 'nothing';
      throw new FormatError(
        `checkpoint: model.${path}: expected shape ${formatShape(value.shape)}, got ${got}: it is of another model`,
      );
    }
    return [value, saved.data] as const;
  });
  const prefix = 'optimizer.';
  const optimizerTensors = [...tensors]
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, value]) => [name.slice(prefix.length), value] as const);
  optimizer.loadState({ tensors: new Map(optimizerTensors), numbers: state.optimizer });
  for (const [value, data] of parameters) value.assign(data);
  return state.run;
}

function checkSetup(expected: Record<string, unknown>, got: Record<string, unknown>): void {
  for (const [key, value] of Object.entries(expected)) {
    if (JSON.stringify(value) !== JSON.stringify(got[key])) {
      throw new FormatError(
        `checkpoint: ${key}: the run was started with ${JSON.stringify(got[key])}, ` +
          `it cannot go on with ${JSON.stringify(value)}`,
      );
    }
  }
}

function arrayOf(value: Tensor) {
  return { shape: value.shape, data: value.data() };
}
