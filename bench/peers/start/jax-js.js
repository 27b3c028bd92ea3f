import { defaultDevice, init, jit, lax, nn, numpy as np } from '@jax-js/jax';
import { done, image, parameters } from './shared.js';

await init('wasm');
defaultDevice('wasm');
const shapes = [[8, 1, 5, 5], [1, 8, 1, 1], [16, 8, 5, 5], [1, 16, 1, 1], [784, 10], [10]];
const weights = parameters.map((values, i) => np.array(values).reshape(shapes[i]));
const layer = (x, w, b) => {
  const padding = [
    [2, 2],
    [2, 2],
  ];
  const y = nn.relu(lax.convGeneralDilated(x, w, [1, 1], padding).add(b));
  return lax.reduceWindow(y, (window) => np.max(window), [2, 2], [2, 2]);
};
const net = jit((x, [w1, b1, w2, b2, w3, b3]) =>
  np.matmul(layer(layer(x, w1, b1), w2, b2).reshape([1, 784]), w3).add(b3),
);
done(await net(np.array(image).reshape([1, 1, 28, 28]), weights).data());
