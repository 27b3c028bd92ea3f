import { expect, test } from 'vitest';
import { zeros } from '../../src/creation.js';
import { runtime } from '../../src/runtime/runtime.js';
import { ResNet18 } from '../support/resnet18.js';

/** The first convolution, with its activation, and the pooling after it. */
const TWO_LARGEST_ACTIVATIONS = 4 * 64 * (112 * 112 + 56 * 56);

/** Every other thread has scratch memory of its own: at 14x14 inputs, products and weights of a block of tiles. */
const THREAD_SCRATCH = 1.6e6;

test('ResNet-18 needs at most 1.5 times its weights and its two largest activations', () => {
  const { heap } = runtime();
  const before = heap.bytesInUse;
  const model = new ResNet18();
  const weights = heap.bytesInUse - before;
  const x = zeros([1, 224, 224, 3]);
  model.predict(x).dispose();
  const prepared = heap.bytesInUse;
  const peak = peakOf(() => model.predict(x).dispose());
  expect(heap.bytesInUse).toBe(prepared);
  const scratch =
    0.05 * TWO_LARGEST_ACTIVATIONS + ((runtime().pool?.threads ?? 1) - 1) * THREAD_SCRATCH;
  expect(peak - prepared).toBeLessThan(TWO_LARGEST_ACTIVATIONS + scratch);
  expect(peak - before).toBeLessThan(1.5 * (weights + TWO_LARGEST_ACTIVATIONS) + scratch);
  model.dispose();
  x.dispose();
});

/** The most bytes that were in use at a time. */
function peakOf(body: () => void): number {
  const { heap } = runtime();
  const allocate = heap.allocate.bind(heap);
  let peak = 0;
  heap.allocate = (bytes) => {
    const pointer = allocate(bytes);
    peak = Math.max(peak, heap.bytesInUse);
    return pointer;
  };
  try {
    body();
  } finally {
    Reflect.deleteProperty(heap, 'allocate');
  }
  return peak;
}
