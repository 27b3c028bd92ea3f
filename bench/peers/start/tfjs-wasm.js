import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import { done, image, parameters } from './shared.js';

await tf.setBackend('wasm');
const shapes = [[5, 5, 1, 8], [8], [5, 5, 8, 16], [16], [784, 10], [10]];
const [w1, b1, w2, b2, w3, b3] = parameters.map((values, i) => tf.tensor(values, shapes[i]));
const layer = (x, filter, bias) =>
  tf.maxPool(
    tf.fused.conv2d({ x, filter, bias, strides: 1, pad: 2, activation: 'relu' }),
    ...[2, 2, 0],
  );
const features = layer(layer(tf.tensor(image, [1, 28, 28, 1]), w1, b1), w2, b2);
done(tf.fused.matMul({ a: tf.reshape(features, [1, 784]), b: w3, bias: b3 }).dataSync());
