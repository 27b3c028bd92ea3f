// Checkpoints of a small run, as they are written and as anybody could change them.
import { expect } from 'vitest';
import {
  Adam,
  type Callback,
  checkpoint,
  fit,
  type FitOptions,
  generator,
  manualSeed,
  readSafetensors,
  type Sequential,
  weightsSha256,
  writeSafetensors,
} from '../../src/index.js';
import { checksum } from '../../src/formats/checksum.js';
import { decode, encode } from '../../src/training/run-state.js';
import { bars, network } from './problem.js';

export type Options = Partial<Omit<FitOptions, 'model'>>;

export const adam = (model: Sequential) => new Adam(model.parameters(), { lr: 0.01 });
const data = bars(20);

export function train(model: Sequential, options: Options = {}) {
  return fit(model, data, {
    optimizer: adam(model),
    epochs: 3,
    batchSize: 8,
    validation: bars(12, 4),
    ...options,
  });
}

/** The checkpoints of a whole run, after every step. */
export async function checkpoints(options: Options = {}): Promise<Uint8Array[]> {
  manualSeed(1);
  using model = network();
  const saved: Uint8Array[] = [];
  const saving = checkpoint({ save: (bytes) => void saved.push(bytes), everySteps: 1 });
  await train(model, { ...options, callbacks: [...(options.callbacks ?? []), saving] });
  return saved;
}

/** As anybody could write it: whatever is in the file, its checksum fits. */
export function sealed(bytes: Uint8Array): Uint8Array {
  const file = bytes.slice();
  const sum = new DataView(file.buffer, Math.max(0, file.length - 4));
  if (file.length >= 4) sum.setUint32(0, checksum(file.subarray(0, -4)), true);
  return file;
}

export type State = {
  version: unknown;
  run: Record<string, unknown>;
  optimizer: Record<string, unknown>;
};

export function edited(bytes: Uint8Array, change: (state: State) => void): Uint8Array {
  const { tensors, metadata } = readSafetensors(bytes);
  const state = decode(metadata['state']!) as State;
  change(state);
  return sealed(writeSafetensors(tensors, { ...metadata, state: encode(state) }));
}

/** Expects an error, and that nothing was changed by it. */
export async function expectRefused(
  model: Sequential,
  options: Options,
  message: string | RegExp,
): Promise<void> {
  const optimizer = options.optimizer ?? adam(model);
  const before = [await weightsSha256(model), optimizer.state(), generator().state()];
  const told: unknown[] = [];
  const callbacks: Callback[] = [
    { state: () => 'fresh', restore: (state) => void told.push(state) },
    { onTrainBegin: () => void told.push('begin') },
    ...(options.callbacks ?? []),
  ];
  const attempt = train(model, { ...options, optimizer, callbacks });
  await expect(attempt).rejects.toMatchObject({
    name: 'FormatError',
    message: message instanceof RegExp ? expect.stringMatching(message) : message,
  });
  expect([await weightsSha256(model), optimizer.state(), generator().state()]).toEqual(before);
  expect(told.at(-1) ?? 'fresh').toBe('fresh');
}
