import { describe, expect, test } from 'vitest';
import { ones, rand, randn, tensor } from '../../src/creation.js';
import type { Graph } from '../../src/graph/graph.js';
import { affineIntoWeights } from '../../src/graph/passes/affine.js';
import { commonSubexpressions } from '../../src/graph/passes/common-subexpressions.js';
import { deadCode } from '../../src/graph/passes/dead-code.js';
import { epilogues } from '../../src/graph/passes/epilogues.js';
import { foldConstants } from '../../src/graph/passes/fold-constants.js';
import { lower, simplify } from '../../src/graph/passes/index.js';
import { pads } from '../../src/graph/passes/pads.js';
import { transposes } from '../../src/graph/passes/transposes.js';
import { views } from '../../src/graph/passes/views.js';
import { trace } from '../../src/graph/trace.js';
import { BatchNorm2d, Conv2d, Sequential } from '../../src/layers/index.js';
import { conv2d, conv3d } from '../../src/ops/conv/conv.js';
import { convTranspose2d } from '../../src/ops/conv/conv-transpose.js';
import { concat } from '../../src/ops/copy/join.js';
import { pad } from '../../src/ops/copy/pad.js';
import { permute, slice } from '../../src/ops/copy/rearrange.js';
import { dropout } from '../../src/ops/dropout.js';
import { linear } from '../../src/ops/linear.js';
import { hardSwish, relu, relu6, sigmoid, silu } from '../../src/ops/map/activations.js';
import { neg } from '../../src/ops/map/functions.js';
import { matmul } from '../../src/ops/matmul.js';
import { batchNorm } from '../../src/ops/norm/batch-norm.js';
import { avgPool2d } from '../../src/ops/pool/avg-pool.js';
import { maxPool2d } from '../../src/ops/pool/max-pool.js';
import { mean } from '../../src/ops/reductions.js';
import { flatten, reshape, unsqueeze } from '../../src/ops/reshape.js';
import { prelu } from '../../src/ops/zip/select.js';
import { add, div, mul, sub } from '../../src/ops/zip/functions.js';
import { scope, type Tensor } from '../../src/tensor.js';
import { ResNet20 } from '../support/resnet20.js';
import { expectSame, modelOf, pictures, textsOf } from './support.js';

/** The nodes of a model's graph after a pass, a line each. */
function after(
  forward: (x: Tensor) => Tensor,
  shape: number[],
  pass: (graph: Graph) => Graph,
): string {
  return scope(() => textsOf(modelOf(forward), pictures(...shape), pass).after);
}

/** Statistics, weight and bias of a normalization. */
const norm = () => [rand([6]), rand([6]), randn([6]), randn([6])] as const;

describe('constants', () => {
  test('are computed', () => {
    scope(() => {
      const graph = trace(
        modelOf((x) => add(x, mul(x, 2))),
        pictures(3),
      );
      const x = { ...graph.inputs[0]!, constant: tensor([1, 2, 3]) };
      const bound: Graph = {
        ...graph,
        nodes: graph.nodes.map((node) => ({
          ...node,
          inputs: node.inputs.map((input) => (input === graph.inputs[0] ? x : input)),
        })),
      };
      const folded = foldConstants(bound);
      expect(folded.nodes).toEqual([]);
      expect([...folded.outputs[0]!.constant!.data()]).toEqual([3, 6, 9]);
    });
  });
});

describe('what is computed twice, or for nothing', () => {
  test('is computed once, or not at all', () => {
    const model = modelOf((x) => {
      neg(x);
      return mul(add(relu(x), 1), sub(relu(x), 1));
    });
    scope(() => {
      const texts = textsOf(model, pictures(2, 3), (graph) =>
        deadCode(commonSubexpressions(graph)),
      );
      expect(texts.before).toMatchInlineSnapshot(`
        "in %0 [2,3]
        %1 = neg(%0) [2,3]
        %2 = relu(%0) [2,3]
        %3 = add(%2) {b: 1} [2,3]
        %4 = relu(%0) [2,3]
        %5 = sub(%4) {b: 1} [2,3]
        %6 = mul(%3, %5) [2,3]
        out %6"
      `);
      expect(texts.after).toMatchInlineSnapshot(`
        "in %0 [2,3]
        %1 = relu(%0) [2,3]
        %2 = add(%1) {b: 1} [2,3]
        %3 = sub(%1) {b: 1} [2,3]
        %4 = mul(%2, %3) [2,3]
        out %4"
      `);
    });
  });
});

describe('views', () => {
  test('chains of them are one, and those that change nothing none', () => {
    expect(after((x) => relu(flatten(unsqueeze(reshape(x, [2, 3, 4]), 0))), [4, 6], views))
      .toMatchInlineSnapshot(`
      "in %0 [4,6]
      %1 = reshape(%0) {shape: [1,24]} [1,24]
      %2 = relu(%1) [1,24]
      out %2"
    `);
    expect(after((x) => relu(reshape(reshape(x, [24]), [4, 6])), [4, 6], views))
      .toMatchInlineSnapshot(`
      "in %0 [4,6]
      %1 = relu(%0) [4,6]
      out %1"
    `);
  });

  test('copies of all elements in their order are views', () => {
    expect(
      after(
        (x) =>
          relu(
            permute(
              slice(
                pad(x, [
                  [0, 0],
                  [0, 0],
                  [0, 0],
                ]),
                [0],
                [9],
              ),
              [1, 0, 2],
            ),
          ),
        [2, 1, 3],
        (graph) => views(views(graph)),
      ),
    ).toMatchInlineSnapshot(`
      "in %0 [2,1,3]
      %1 = reshape(%0) {shape: [1,2,3]} [1,2,3]
      %2 = relu(%1) [1,2,3]
      out %2"
    `);
  });

  test('what is neutral is left out', () => {
    expect(after((x) => relu(add(0, div(mul(sub(x, 0), 1), ones([3])))), [2, 3], views))
      .toMatchInlineSnapshot(`
      "in %0 [2,3]
      %1 = relu(%0) [2,3]
      out %1"
    `);
    // It repeats x.
    expect(after((x) => mul(x, ones([2, 3])), [1, 3], views)).toContain('mul');
    expect(after((x) => dropout(x, 0), [3], views)).toBe('in %0 [3]\nout %0');
    expect(after((x) => slice(x, [0], [2]), [4, 3], views)).toContain('slice');
  });
});

describe('batch normalization, products and sums', () => {
  test('go into the convolution before them', () => {
    const model = new Sequential(new Conv2d(3, 6, 3, { bias: false }), new BatchNorm2d(6));
    scope(() => {
      const [, layer] = model.layers as [Conv2d, BatchNorm2d];
      for (const vector of [layer.weight!, layer.bias!, layer.runningMean!, layer.runningVar!]) {
        vector.assign(rand([6]).data());
      }
      const texts = textsOf(model, pictures(1, 8, 8, 3), affineIntoWeights);
      expect(texts.before).toMatchInlineSnapshot(`
        "in %0 [1,8,8,3]
        %1 = conv2d(%0, 0.weight [3,3,3,6]) [1,6,6,6]
        %2 = batchNorm(%1, 1.weight [6], 1.bias [6], 1.runningMean [6], 1.runningVar [6]) {eps: 0.00001, ofInput: false, ofExamples: false, together: 1} [1,6,6,6]
        out %2"
      `);
      expect(texts.after).toMatchInlineSnapshot(`
        "in %0 [1,8,8,3]
        %1 = conv2d(%0, 0.weight [3,3,3,6], #0 [6]) [1,6,6,6]
        out %1"
      `);
      model.dispose();
    });
  });

  test.each<[string, (x: Tensor) => Tensor]>([
    ['of groups', (x) => conv2d(x, randn([3, 3, 2, 6]), randn([6]), { groups: 3, padding: 1 })],
    ['depthwise', (x) => conv2d(x, randn([3, 3, 1, 6]), undefined, { groups: 6, padding: 1 })],
    ['transposed', (x) => convTranspose2d(x, randn([2, 2, 6, 6]), randn([6]), { stride: 2 })],
    [
      'transposed, of groups',
      (x) => convTranspose2d(x, randn([2, 2, 3, 6]), randn([6]), { groups: 2, stride: 2 }),
    ],
    ['dense', (x) => linear(x, randn([6, 6]), randn([6]))],
  ])('%s', (_, weighted) => {
    const text = after(
      (x) => sub(1, mul(batchNorm(weighted(x), ...norm()), tensor([1, 2, 3, 4, 5, -6]))),
      [2, 4, 5, 6],
      affineIntoWeights,
    );
    expect(text.split('\n')).toHaveLength(3);
  });

  test.each<[string, (x: Tensor) => Tensor, lines: number]>([
    ['of groups', (x) => conv2d(x, randn([3, 3, 2, 6]), randn([6]), { groups: 3 }), 3],
    ['with padding', (x) => conv2d(x, randn([3, 3, 6, 4]), undefined, { padding: 'same' }), 4],
    ['without padding', (x) => conv2d(x, randn([2, 2, 6, 4]), undefined, { padding: 'valid' }), 3],
    ['dense', (x) => linear(x, randn([6, 3]), randn([3])), 3],
    ['transposed', (x) => convTranspose2d(x, randn([2, 2, 4, 6])), 4],
  ])('go into what is after them: %s', (_, weighted, lines) => {
    const text = after((x) => weighted(batchNorm(x, ...norm())), [2, 4, 5, 6], affineIntoWeights);
    expect(text.split('\n')).toHaveLength(lines);
  });

  test('factors alone go through padding and transposed convolutions', () => {
    const scale = tensor([1, 2, 3, 4, 5, 6]);
    for (const weighted of [
      (x: Tensor) => conv2d(x, randn([3, 3, 2, 6]), randn([6]), { padding: 1, groups: 3 }),
      (x: Tensor) => convTranspose2d(x, randn([2, 2, 2, 6]), randn([4]), { groups: 2 }),
    ]) {
      const text = after((x) => weighted(mul(x, scale)), [1, 4, 4, 6], affineIntoWeights);
      expect(text.split('\n')).toHaveLength(3);
    }
  });

  test('two in a row are one', () => {
    expect(
      after(
        (x) => add(mul(relu(x), tensor([1, 2, 3, 4])), tensor([4, 3, 2, 1])),
        [2, 4],
        affineIntoWeights,
      ),
    ).toMatchInlineSnapshot(`
      "in %0 [2,4]
      %1 = relu(%0) [2,4]
      %2 = batchNorm(%1, #0 [4], #1 [4], #2 [4], #3 [4]) {eps: 0, ofInput: false, ofExamples: false, together: 1} [2,4]
      out %2"
    `);
  });

  test('stay where something else uses what is before them, or it has an activation', () => {
    const weight = randn([3, 6]);
    const twice = (x: Tensor) => {
      const y = linear(x, weight);
      return add(batchNorm(y, ...norm()), y);
    };
    expect(after(twice, [4, 3], affineIntoWeights)).toContain('batchNorm');
    const active = (x: Tensor) =>
      batchNorm(linear(x, weight, undefined, { activation: { kind: 'relu' } }), ...norm());
    expect(after(active, [4, 3], affineIntoWeights)).toContain('batchNorm');
    weight.dispose();
  });
});

describe('what ends a convolution or a dense layer', () => {
  test('an activation', () => {
    expect(after((x) => hardSwish(linear(x, randn([3, 4]))), [2, 3], epilogues))
      .toMatchInlineSnapshot(`
      "in %0 [2,3]
      %1 = linear(%0, #0 [3,4]) {activation: {kind: 'hardSwish'}} [2,4]
      out %1"
    `);
    expect(after((x) => relu(relu6(conv2d(x, randn([1, 1, 3, 4])))), [1, 4, 4, 3], lower))
      .toMatchInlineSnapshot(`
      "in %0 [1,4,4,3]
      %1 = conv2d(%0, #0 [1,1,3,4]) {activation: {kind: 'hardtanh', min: 0, max: 6}} [1,4,4,4]
      out %1"
    `);
    expect(
      after((x) => relu(maxPool2d(conv2d(x, randn([1, 1, 3, 4])), 2)), [1, 4, 4, 3], epilogues),
    ).toMatchInlineSnapshot(`
      "in %0 [1,4,4,3]
      %1 = conv2d(%0, #0 [1,1,3,4]) {activation: {kind: 'relu'}} [1,4,4,4]
      %2 = maxPool2d(%1) {kernelSize: 2} [1,2,2,4]
      out %2"
    `);
    const gaps = { stride: 3, dilation: 5, padding: 4 };
    expect(
      after(
        (x) => relu(maxPool2d(conv2d(x, randn([1, 1, 3, 4])), 2, gaps)),
        [1, 4, 4, 3],
        epilogues,
      ),
    ).toContain('= relu(');
  });

  test('a sum, and the activation of it', () => {
    expect(
      after(
        (x) => relu(add(conv2d(x, randn([3, 3, 4, 4]), undefined, { padding: 1 }), x)),
        [1, 5, 5, 4],
        epilogues,
      ),
    ).toMatchInlineSnapshot(`
      "in %0 [1,5,5,4]
      %1 = conv2d(%0, #0 [3,3,4,4], -, %0) {padding: 1, activation: {kind: 'relu'}} [1,5,5,4]
      out %1"
    `);
    const both = after(
      (x) => add(x, convTranspose2d(conv2d(x, randn([3, 3, 4, 4])), randn([3, 3, 4, 4]))),
      [1, 5, 5, 4],
      epilogues,
    );
    expect(both).toMatch(/convTranspose2d\(%1, #1 \[3,3,4,4\], -, %0\)/);
    expect(
      after((x) => add(conv3d(x, randn([1, 1, 1, 2, 2])), x), [1, 2, 2, 2, 2], epilogues),
    ).toContain('conv3d(%0, #0 [1,1,1,2,2], -, %0)');
  });

  test.each<[string, (x: Tensor) => Tensor, number[]]>([
    [
      'a sum that repeats',
      (x) => add(conv2d(x, randn([1, 1, 4, 4])), mean(x, { axes: [1, 2], keepDims: true })),
      [1, 5, 5, 4],
    ],
    [
      'a sum with itself',
      (x) => {
        const y = conv2d(x, randn([1, 1, 4, 4]));
        return add(y, y);
      },
      [1, 5, 5, 4],
    ],
    [
      'a sum after an activation',
      (x) => add(conv2d(x, randn([1, 1, 4, 4]), undefined, { activation: { kind: 'tanh' } }), x),
      [1, 5, 5, 4],
    ],
    ['a sum behind a dense layer', (x) => add(linear(x, randn([4, 4])), x), [5, 4]],
  ])('%s stays', (_, forward, shape) => {
    expect(after(forward, shape, epilogues)).toContain('add(');
  });
});

describe('padding', () => {
  const framed = (x: Tensor, value = 0) =>
    pad(
      x,
      [
        [0, 0],
        [1, 2],
        [0, 3],
        [0, 0],
      ],
      { value },
    );

  test('becomes that of a convolution', () => {
    expect(
      after(
        (x) => conv2d(framed(x), randn([3, 3, 4, 5]), undefined, { padding: 1, stride: 2 }),
        [1, 6, 7, 4],
        pads,
      ),
    ).toMatchInlineSnapshot(`
      "in %0 [1,6,7,4]
      %1 = conv2d(%0, #0 [3,3,4,5]) {padding: [2,1,3,4], stride: 2} [1,5,5,5]
      out %1"
    `);
    const same = after(
      (x) => conv2d(framed(x), randn([4, 3, 4, 5]), undefined, { padding: 'same', stride: 2 }),
      [1, 6, 7, 4],
      pads,
    );
    expect(same).not.toContain('pad(');
  });

  test('and of pooling', () => {
    const around = (x: Tensor, value?: number) =>
      pad(
        x,
        [
          [0, 0],
          [1, 1],
          [1, 1],
          [0, 0],
        ],
        { value: value ?? 0 },
      );
    for (const pooled of [
      (x: Tensor) => avgPool2d(around(x), 3, { stride: 2 }),
      (x: Tensor) => avgPool2d(around(x), 3, { stride: 2, countIncludePad: false }),
      (x: Tensor) => avgPool2d(around(x), 3, { padding: [0, 0], countIncludePad: false }),
      (x: Tensor) => maxPool2d(around(relu(x)), 3, { stride: 2 }),
      (x: Tensor) => maxPool2d(around(x, -3.4028235e38), 3, { stride: 2 }),
    ]) {
      expect(after(pooled, [2, 7, 7, 3], pads)).toContain('padding: [1,1,1,1]');
    }
  });

  test.each<[string, (x: Tensor) => Tensor]>([
    ['of ones', (x) => conv2d(framed(x, 1), randn([3, 3, 4, 5]))],
    ['of what may be less', (x) => maxPool2d(framed(x), 4)],
    ['of more than a window', (x) => avgPool2d(framed(x), 2)],
    ['with windows that reach beyond it', (x) => avgPool2d(framed(x), 4, { ceilMode: true })],
    [
      'beside padding that does not count',
      (x) => avgPool2d(framed(x), 4, { padding: 1, countIncludePad: false }),
    ],
    [
      'of channels',
      (x) =>
        conv2d(
          pad(x, [
            [0, 0],
            [0, 0],
            [0, 0],
            [0, 1],
          ]),
          randn([1, 1, 5, 2]),
        ),
    ],
    [
      'of a mirror',
      (x) =>
        conv2d(
          pad(
            x,
            [
              [0, 0],
              [1, 1],
              [1, 1],
              [0, 0],
            ],
            { mode: 'reflect' },
          ),
          randn([3, 3, 4, 2]),
        ),
    ],
  ])('%s stays', (_, forward) => {
    expect(after(forward, [1, 6, 7, 4], pads)).toContain('pad(');
  });
});

describe('permutations', () => {
  const NCHW = [0, 3, 1, 2];
  const NHWC = [0, 2, 3, 1];

  test('cancel, behind functions of every element', () => {
    expect(
      after(
        (x) =>
          permute(prelu(add(relu(permute(x, NCHW)), randn([5, 1, 1])), randn([5, 1, 1])), NHWC),
        [2, 3, 4, 5],
        (graph) => views(transposes(graph)),
      ),
    ).toMatchInlineSnapshot(`
      "in %0 [2,3,4,5]
      %1 = relu(%0) [2,3,4,5]
      %2 = add(%1, #0 [1,1,1,5]) [2,3,4,5]
      %3 = prelu(%2, #1 [1,1,1,5]) [2,3,4,5]
      out %3"
    `);
  });

  test('behind joins, slices, paddings and reductions', () => {
    const text = after(
      (x) => {
        const y = concat([permute(x, NCHW), relu(permute(x, NCHW))], 1);
        const z = slice(
          pad(y, [
            [0, 0],
            [0, 0],
            [1, 0],
            [0, 2],
          ]),
          [1],
          [4],
          { axes: [-3] },
        );
        return mean(z, { axes: [2, 3] });
      },
      [2, 3, 4, 5],
      transposes,
    );
    expect(text).toMatchInlineSnapshot(`
      "in %0 [2,3,4,5]
      %1 = relu(%0) [2,3,4,5]
      %2 = concat(%0, %1) {axis: 3} [2,3,4,10]
      %3 = pad(%2) {padding: [[0,0],[1,0],[0,2],[0,0]]} [2,4,6,10]
      %4 = slice(%3) {axes: [3], starts: [1], ends: [4]} [2,4,6,3]
      %5 = mean(%4) {axes: [1,2]} [2,3]
      out %5"
    `);
    // Its channels would come before its rows.
    expect(after((x) => mean(permute(x, NCHW), { axes: [0] }), [2, 3, 4, 5], transposes)).toContain(
      'permute',
    );
  });

  test('go into the weights of a dense layer', () => {
    expect(
      after(
        (x) => linear(flatten(permute(x, NCHW)), randn([60, 4]), randn([4])),
        [2, 3, 4, 5],
        transposes,
      ),
    ).toMatchInlineSnapshot(`
      "in %0 [2,3,4,5]
      %1 = reshape(%0) {shape: [2,60]} [2,60]
      %2 = linear(%1, #0 [60,4], #1 [4]) [2,4]
      out %2"
    `);
  });

  test('a shuffle of channels in NCHW is one in NHWC', () => {
    const shuffled = (x: Tensor) => {
      const [n, h, w, c] = x.shape as [number, number, number, number];
      const parts = reshape(permute(x, NCHW), [n, 2, c / 2, h, w]);
      const joined = reshape(permute(parts, [0, 2, 1, 3, 4]), [n, c, h, w]);
      return permute(joined, NHWC);
    };
    const text = after(shuffled, [1, 3, 4, 6], simplify);
    expect(text).toMatchInlineSnapshot(`
      "in %0 [1,3,4,6]
      %1 = reshape(%0) {shape: [1,3,4,2,3]} [1,3,4,2,3]
      %2 = permute(%1) {axes: [0,1,2,4,3]} [1,3,4,3,2]
      %3 = reshape(%2) {shape: [1,3,4,6]} [1,3,4,6]
      out %3"
    `);
  });

  test('a unit of ShuffleNet in NCHW permutes for its shuffles alone', () => {
    const shuffled = (x: Tensor) => {
      const [n, c, h, w] = x.shape as [number, number, number, number];
      const parts = permute(reshape(x, [n, 2, c / 2, h, w]), [0, 2, 1, 3, 4]);
      return reshape(parts, [n, c, h, w]);
    };
    const unit = (x: Tensor) => {
      const [kept, used] = [slice(x, [0], [3], { axes: [1] }), slice(x, [3], [6], { axes: [1] })];
      const y = conv2d(permute(used, NHWC), randn([1, 1, 3, 3]));
      return shuffled(concat([kept, permute(y, NCHW)], 1));
    };
    const text = after(
      (x) => permute(unit(unit(shuffled(permute(x, NCHW)))), NHWC),
      [2, 3, 4, 6],
      simplify,
    );
    const orders = text.match(/permute.*/g)!.map((line) => line.replace(/%[0-9]+/, 'x'));
    expect(orders).toEqual(Array(3).fill('permute(x) {axes: [0,1,2,4,3]} [2,3,4,3,2]'));
  });

  test('what is only in part channels first becomes channels last', () => {
    const part = (x: Tensor) => slice(permute(x, NCHW), [1], [3], { axes: [-3] });
    expect(
      after((x) => permute(add(part(x), relu(part(relu(x)))), NHWC), [1, 2, 2, 4], simplify),
    ).not.toContain('permute');
  });

  test('stay where orders differ, or others use them', () => {
    const text = after(
      (x) => add(permute(x, [1, 0]), permute(relu(x), [0, 1])),
      [3, 3],
      transposes,
    );
    expect(text.match(/permute/g)).toHaveLength(2);
  });
});

describe('dense layers', () => {
  test('are products with constant matrices', () => {
    const weight = randn([4, 3]);
    expect(after((x) => add(matmul(x, weight, { transposeB: true }), randn([4])), [2, 5, 3], lower))
      .toMatchInlineSnapshot(`
      "in %0 [2,5,3]
      %1 = linear(%0, #0 [3,4], #1 [4]) [2,5,4]
      out %1"
    `);
    expect(after((x) => matmul(x, x, { transposeB: true }), [2, 3], lower)).toContain('matmul');
    weight.dispose();
  });
});

describe('whole nets', () => {
  test('a residual net is convolutions that end with everything', () => {
    const model = new ResNet20();
    scope(() => {
      const graph = trace(model, pictures(1, 32, 32, 3));
      const lowered = lower(graph);
      expectSame(graph, lowered, 1e-4);
      const count = (op: string) => lowered.nodes.filter((node) => node.op.name === op).length;
      const counts = ['conv2d', 'slice', 'pad', 'globalAvgPool2d', 'linear'].map(count);
      expect(counts).toEqual([19, 2, 2, 1, 1]);
      expect(lowered.nodes).toHaveLength(25);
      expect(lower(lowered)).toBe(lowered);
    });
    model.dispose();
  });

  test('a block with squeeze and excitation', () => {
    const text = after(
      (x) => {
        const y = silu(batchNorm(conv2d(x, randn([1, 1, 3, 6])), ...norm()));
        const z = conv2d(y, randn([3, 3, 1, 6]), undefined, { groups: 6, padding: 1 });
        const squeezed = mean(z, { axes: [1, 2], keepDims: true });
        const gate = sigmoid(
          conv2d(relu(conv2d(squeezed, randn([1, 1, 6, 2]))), randn([1, 1, 2, 6])),
        );
        return add(conv2d(mul(z, gate), randn([1, 1, 6, 3]), randn([3])), x);
      },
      [1, 6, 6, 3],
      lower,
    );
    expect(text).toMatchInlineSnapshot(`
      "in %0 [1,6,6,3]
      %1 = conv2d(%0, #0 [1,1,3,6], #1 [6]) {activation: {kind: 'silu'}} [1,6,6,6]
      %2 = conv2d(%1, #2 [3,3,1,6]) {groups: 6, padding: 1} [1,6,6,6]
      %3 = mean(%2) {axes: [1,2], keepDims: true} [1,1,1,6]
      %4 = conv2d(%3, #3 [1,1,6,2]) {activation: {kind: 'relu'}} [1,1,1,2]
      %5 = conv2d(%4, #4 [1,1,2,6]) {activation: {kind: 'sigmoid'}} [1,1,1,6]
      %6 = mul(%2, %5) [1,6,6,6]
      %7 = conv2d(%6, #5 [1,1,6,3], #6 [3], %0) [1,6,6,3]
      out %7"
    `);
  });
});
