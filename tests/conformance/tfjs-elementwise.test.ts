// TensorFlow.js's own cases of activations, clipping and softmax.
import { tensor } from '../../src/creation.js';
import * as library from '../../src/index.js';
import type { Tensor } from '../../src/tensor.js';
import { testTfjs, type TfjsOps } from './cases.js';

/** Arrays are tensors there. */
const made = (x: Tensor) => (Array.isArray(x) ? tensor(x as never) : x);

const OPS = {
  clone: (x: Tensor) => library.reshape(x, x.shape),
  clipByValue: (x: Tensor, min: number, max: number) => library.clip(made(x), min, max),
  leakyRelu: (x: Tensor, slope = 0.2) => library.leakyRelu(made(x), slope),
  relu: (x: Tensor) => library.relu(made(x)),
  relu6: (x: Tensor) => library.relu6(made(x)),
  sigmoid: (x: Tensor) => library.sigmoid(made(x)),
  softmax: (x: Tensor, axis?: number) => library.softmax(made(x), axis),
  sum: (x: Tensor) => library.sum(made(x)),
  tanh: (x: Tensor) => library.tanh(made(x)),
} as unknown as TfjsOps;

const INTEGERS = 'functions are of float32';

testTfjs(['clip_by_value'], 13, OPS, { 'clipByValue: clip int32 tensor': INTEGERS });
testTfjs(['leaky_relu'], 10, OPS, { 'leakyrelu: int32': INTEGERS });
testTfjs(['relu'], 15, OPS, { 'relu: int32': INTEGERS });
testTfjs(['relu6'], 4, OPS, { 'relu6: int32': INTEGERS });
testTfjs(['sigmoid'], 9, OPS);
testTfjs(['softmax'], 11, OPS);
testTfjs(['tanh'], 10, OPS);
