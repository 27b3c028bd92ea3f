// The wasm ABI of inference: the kernels of index.ts but those of gradients and updates.
export { avgPool2dForward } from './avg-pool2d';
export { batchNormForward, batchNormVariance } from './batch-norm';
export { conv2dForward, conv2dPackWeight, conv2dPackWeightRotated } from './conv2d';
export { conv2dForwardDepthwise, conv2dPackWeightDepthwise } from './conv2d-depthwise';
export { conv2dForwardWinograd, conv2dPackWeightWinograd } from './conv2d-winograd';
export { copyElements, copyTiles } from './copy';
export { crossEntropyForward, crossEntropyForwardReduce } from './cross-entropy';
export { dropoutForward } from './dropout';
export { gatherForward } from './gather';
export { layerNormForward } from './layer-norm';
export { linearForward, linearPackWeight, linearPackWeightTransposed } from './linear';
export { mapForward } from './map';
export { maxPool2dForward, maxPool2dForwardArgmax } from './max-pool2d';
export { mseForward, mseForwardReduce, mseForwardSums } from './mse';
export { reduceArgmax, reduceMax, reduceSum, reduceSumOfProducts } from './reduce';
export { softmaxForward } from './softmax';
export { zipForward } from './zip';
export { usesRelaxedSimd } from './lib/simd';
