import {
  conv2d,
  crossEntropy,
  flatten,
  init,
  manualSeed,
  randn,
  relu,
  scope,
  tensor,
} from 'simdgrad/ops';

/** A gradient by `simdgrad/ops` alone. */
export async function convolutionGradient() {
  await init();
  manualSeed(7);
  const [images, weight] = [randn([2, 6, 5, 3]), randn([3, 3, 3, 4])];
  weight.requiresGrad = true;
  scope(() =>
    crossEntropy(
      flatten(relu(conv2d(images, weight))),
      tensor(Int32Array.of(3, 40), [2]),
    ).backward(),
  );
  return Array.from(weight.grad.data());
}
