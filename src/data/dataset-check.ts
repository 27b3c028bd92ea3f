import { checkMethods, wrongKind } from '../check.js';
import { describe, isNumberArray } from '../describe.js';
import { ShapeError } from '../errors.js';
import type { Random } from '../random.js';
import { formatShape, type Shape, sizeOf } from '../shape.js';
import { checkNumbers, fail, message } from './dataset-errors.js';
import type { Batch } from './dataset-types.js';

/** Positions of samples, at least one. @throws TypeError, RangeError */
export function checkIndices(method: string, indices: ArrayLike<number>, length: number): void {
  checkNumbers(`Dataset: ${method}`, 'indices', indices);
  if (indices.length === 0) fail(`${method}: indices`, 'at least one', 'none');
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i]!;
    if (!Number.isInteger(index) || index < 0 || index >= length) {
      fail(`${method}: index`, `an integer in [0, ${length})`, describe(index));
    }
  }
}

/** A batch of these shapes. @throws TypeError, ShapeError */
export function checkInto(batch: Batch, shape: Shape, targetShape: Shape): void {
  const { inputs, targets, indices, inputShape } = batch ?? {};
  if (!isNumberArray(inputs) || !isNumberArray(targets) || !isNumberArray(indices)) {
    throw wrongKind('Dataset: batch', 'into', 'a batch of this data set', batch);
  }
  const fits = indices.length === shape[0] && targets.length === sizeOf(targetShape);
  if (!fits || inputs.length !== sizeOf(shape)) {
    throw new ShapeError(message('batch: into', formatShape(shape), `[${inputShape}]`));
  }
}

/** Statistics as one number for each channel. @throws TypeError, ShapeError, RangeError */
export function perChannel(
  argument: 'mean' | 'std',
  value: number | readonly number[],
  channels: number,
): readonly number[] {
  const name = `normalise: ${argument}`;
  if (typeof value !== 'number') checkNumbers('Dataset: normalise', argument, value);
  const values = typeof value === 'number' ? new Array<number>(channels).fill(value) : value;
  if (values.length !== channels) {
    throw new ShapeError(message(name, `${channels} channels`, values.length));
  }
  const isStd = argument === 'std';
  return Array.from(values, (each, channel) => {
    if (Number.isFinite(each) && !(isStd && each <= 0)) return each;
    const expected = `${isStd ? 'positive ' : ''}finite numbers`;
    return fail(name, expected, `${describe(each)} for channel ${channel}`);
  });
}

/** @throws TypeError */
export function checkRandom(method: string, random: Random): void {
  checkMethods(`Dataset: ${method}`, 'random', random, 'a Random', ['uint32', 'shuffle', 'seed']);
}

/** What `Random` takes. @throws RangeError */
export function checkSeed(method: string, seed: number): void {
  const ok = Number.isSafeInteger(seed) && seed >= 0;
  if (!ok) fail(`${method}: seed`, 'a safe non-negative integer', describe(seed));
}
