// The wasm ABI: one export line per op.
export { adamStep } from './adam';
export { addForward, addGradInput } from './add';
export { biasForward, biasGradBias } from './bias';
export { conv2dForward, conv2dGradInput, conv2dGradWeight, conv2dPackWeight, conv2dPackWeightRotated } from './conv2d';
export { crossEntropyForward, crossEntropyForwardReduce, crossEntropyGradInput, crossEntropyGradInputReduced } from './cross-entropy';
export { dropoutForward, dropoutGradInput } from './dropout';
export { linearForward, linearGradInput, linearGradWeight, linearPackWeight, linearPackWeightTransposed } from './linear';
export { mseForward, mseForwardReduce, mseForwardSums, mseGradInput, mseGradInputReduced } from './mse';
export { sgdStep } from './sgd';
