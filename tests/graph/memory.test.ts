// What a session of MobileNetV2 takes once its model is gone: weights, and little more than its two largest activations.
import { expect, test } from 'vitest';
import { graphOf, nets, sizeOf } from '../../bench/nets/graph.js';
import { buildNet } from '../../bench/nets/model.js';
import { compile } from '../../src/graph/compile.js';
import { runtime } from '../../src/runtime/runtime.js';

test('a session of MobileNetV2 takes its weights and 1.3 times its two largest live activations', () => {
  const graph = graphOf(nets.find(({ id }) => id === 'mobilenet_v2')!);
  const { heap } = runtime();
  const before = heap.bytesInUse;
  const model = buildNet(graph);
  const weights = 4 * model.parameters().reduce((sum, { size }) => sum + size, 0);
  const [channels, height, width] = graph.spec.input;
  const session = compile(model, [1, height, width, channels]);
  model.dispose();
  const live = graph.nodes.map(({ shape }, i) => {
    const from = i === 0 ? graph.spec.input : graph.nodes[i - 1]!.shape;
    return 4 * (sizeOf(from) + sizeOf(shape));
  });
  // Packed weights are whole vectors, on cache lines; so are the geometries of the kernels.
  const limit = 1.01 * weights + 1.3 * Math.max(...live);
  expect(heap.bytesInUse - before).toBeLessThanOrEqual(limit);
  session.dispose();
  expect(heap.bytesInUse).toBe(before);
});
