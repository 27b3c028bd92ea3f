// The wasm ABI: one export line per op.
export { adamStep } from './adam';
export { addForward, addGradInput } from './add';
export { avgPool2dForward, avgPool2dGradInput } from './avg-pool2d';
export { biasForward, biasGradBias } from './bias';
export { conv2dForward, conv2dGradInput, conv2dGradWeight, conv2dPackWeight, conv2dPackWeightRotated } from './conv2d';
export { conv2dForwardDepthwise, conv2dGradInputDepthwise, conv2dGradWeightDepthwise, conv2dPackWeightDepthwise } from './conv2d-depthwise';
export { conv2dForwardWinograd, conv2dGradInputWinograd, conv2dPackWeightRotatedWinograd, conv2dPackWeightWinograd } from './conv2d-winograd';
export { crossEntropyForward, crossEntropyForwardReduce, crossEntropyGradInput, crossEntropyGradInputReduced } from './cross-entropy';
export { dropoutForward, dropoutGradInput } from './dropout';
export { linearForward, linearGradInput, linearGradWeight, linearPackWeight, linearPackWeightTransposed } from './linear';
export { maxPool2dForward, maxPool2dForwardArgmax, maxPool2dGradInput } from './max-pool2d';
export { mseForward, mseForwardReduce, mseForwardSums, mseGradInput, mseGradInputReduced } from './mse';
export { reluForward, reluGradInput } from './relu';
export { sgdStep } from './sgd';
export { sigmoidForward, sigmoidGradInput } from './sigmoid';
export { softmaxForward, softmaxGradInput } from './softmax';
export { tanhForward, tanhGradInput } from './tanh';
export { usesRelaxedSimd } from './lib/simd';
