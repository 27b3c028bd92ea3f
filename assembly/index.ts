// The wasm ABI: one export line per op.
export { addForward, addGradInput } from './add';
export { biasForward, biasGradBias } from './bias';
export { conv2dForward, conv2dGradInput, conv2dGradWeight, conv2dPackWeight, conv2dPackWeightRotated } from './conv2d';
export { linearForward, linearGradInput, linearGradWeight, linearPackWeight, linearPackWeightTransposed } from './linear';
