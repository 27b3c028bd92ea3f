import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ModelWorker } from '../../src/worker/client.js';
import type { Dataset } from '../../src/data/dataset.js';
import type { TrainingData } from '../../src/worker/messages.js';
import { bars, barsData, openWorker } from './support.js';

let worker: ModelWorker;

beforeAll(async () => {
  ({ worker } = await openWorker());
});

afterAll(() => worker.terminate());

const SHAPE = [1, 6, 6, 1];
const OPTIONS = { optimizer: { name: 'SGD', lr: 0.1 }, epochs: 1 } as const;
const one = () => new Float32Array(36);
const data = () => barsData(8);

const shared = <Values extends Float32Array | Uint8Array>(values: Values): Values => {
  const Kind = values.constructor as new (buffer: ArrayBufferLike) => Values;
  const copy = new Kind(new SharedArrayBuffer(values.byteLength));
  copy.set(values);
  return copy;
};

describe('inputs', () => {
  const bytes = Uint8Array.from({ length: 36 }, (_, i) => 7 * i);
  const predicted = (inputs: Parameters<ModelWorker['predict']>[0], transfer = false) =>
    worker.predict(inputs, SHAPE, { transfer });
  const fromRealm = (expression: string, values: ArrayLike<number>) =>
    runInNewContext(`${expression}.from(values)`, { values: Array.from(values) }) as Float32Array;

  test.each([false, true])(
    'of bytes count as value / 255, of any realm (transfer: %s)',
    async (transfer) => {
      const expected = await predicted(Float32Array.from(bytes, (byte) => byte / 255));
      const same = [
        bytes.slice(),
        new Uint8ClampedArray(bytes),
        shared(bytes),
        Buffer.from(bytes),
        fromRealm('Uint8Array', bytes),
        fromRealm('Uint8ClampedArray', bytes),
      ];
      for (const inputs of same) expect(await predicted(inputs, transfer)).toEqual(expected);
    },
  );

  test.each([false, true])(
    'of other numbers count as they are (transfer: %s)',
    async (transfer) => {
      const numbers = Int8Array.from({ length: 36 }, (_, i) => 3 * i - 50);
      const expected = await predicted(Float32Array.from(numbers));
      const kinds = [Int8Array, Int16Array, Int32Array, Float32Array, Float64Array];
      const same = [
        ...kinds.map((Kind) => Kind.from(numbers)),
        shared(Float32Array.from(numbers)),
        ...kinds.map((Kind) => fromRealm(Kind.name, numbers)),
      ];
      for (const inputs of same) expect(await predicted(inputs, transfer)).toEqual(expected);
    },
  );

  test('are moved where they are float32 or bytes and not shared, and copied elsewhere', async () => {
    const isMoved = async (inputs: Float32Array | Uint8ClampedArray | Int16Array) => {
      await predicted(inputs, true);
      return inputs.length === 0;
    };
    expect(await isMoved(one())).toBe(true);
    expect(await isMoved(new Uint8ClampedArray(36))).toBe(true);
    expect(await isMoved(new Int16Array(36))).toBe(false);
    expect(await isMoved(shared(one()))).toBe(false);
  });

  test('of fit train to the same weights from any typed array, labels too', async () => {
    const weightsAfter = async (part: TrainingData | Dataset, transfer = false) => {
      const opened = await openWorker();
      await opened.worker.fit(part, { ...OPTIONS, seed: 3, validation: part, transfer });
      const { weights } = await opened.worker.save();
      await opened.worker.terminate();
      return weights;
    };
    const expected = await weightsAfter(data());
    const { inputs, labels, ...rest } = data();
    expect(await weightsAfter({ ...rest, inputs: shared(inputs), labels }, true)).toEqual(expected);
    const changed = {
      ...rest,
      inputs: Float64Array.from(inputs) as never,
      labels: Float64Array.from(labels),
    };
    expect(await weightsAfter(changed)).toEqual(expected);
    const realm = {
      ...rest,
      inputs: fromRealm('Float32Array', inputs),
      labels: Uint8Array.from(labels),
    };
    expect(await weightsAfter(realm, true), 'one buffer for both').toEqual(expected);
    expect(realm.inputs).toHaveLength(0);
    expect(await weightsAfter(bars(8)), 'a data set').toEqual(expected);
  });
});
