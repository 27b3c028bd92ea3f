import { describe, expect, test } from 'vitest';
import { randn, tensor, zeros } from '../../src/creation.js';
import { TraceError } from '../../src/errors.js';
import { checkGraph } from '../../src/graph/check.js';
import { constantsOf, disposeGraph } from '../../src/graph/graph.js';
import { runGraph } from '../../src/graph/run-graph.js';
import { graphText } from '../../src/graph/text.js';
import { trace } from '../../src/graph/trace.js';
import {
  BatchNorm2d,
  Conv2d,
  Dropout,
  Flatten,
  Linear,
  MaxPool2d,
  ReLU,
  Sequential,
} from '../../src/layers/index.js';
import { evaluationPass } from '../../src/layers/module.js';
import { customOp } from '../../src/ops/custom-op.js';
import { batchNorm } from '../../src/ops/norm/batch-norm.js';
import { groupNorm } from '../../src/ops/norm/group-norm.js';
import { maxPool2d } from '../../src/ops/pool/max-pool.js';
import { maxUnpool2d } from '../../src/ops/pool/max-unpool.js';
import { reshape } from '../../src/ops/reshape.js';
import { topk } from '../../src/ops/topk.js';
import { add, mul } from '../../src/ops/zip/functions.js';
import { keep, scope, type Tensor } from '../../src/tensor.js';
import { expectNothingLeft, memoryInUse } from '../support/memory.js';
import { LAYER_USES, OP_USES } from '../support/uses.js';
import { LOSS_USES } from '../support/loss-uses.js';
import { modelOf, modelOfAll, namedInputs, pictures } from './support.js';

const net = () =>
  new Sequential(
    new Conv2d(3, 8, 3, { padding: 1 }),
    new BatchNorm2d(8),
    new ReLU(),
    new MaxPool2d(2),
    new Flatten(),
    new Dropout(0.5),
    new Linear(128, 4),
  );

test('a net is traced to its ops, with the paths of its parameters', () => {
  using model = net();
  scope(() => {
    expect(graphText(trace(model, pictures(2, 8, 8, 3)))).toBe(
      [
        'in %0 [2,8,8,3]',
        '%1 = conv2d(%0, 0.weight [3,3,3,8], 0.bias [8]) {padding: 1} [2,8,8,8]',
        '%2 = batchNorm(%1, 1.weight [8], 1.bias [8], 1.runningMean [8], 1.runningVar [8]) {eps: 0.00001, ofInput: false, ofExamples: false, together: 1} [2,8,8,8]',
        '%3 = relu(%2) [2,8,8,8]',
        '%4 = maxPool2d(%3) {kernelSize: 2} [2,4,4,8]',
        '%5 = flatten(%4) {startAxis: 1} [2,128]',
        '%6 = linear(%5, 6.weight [128,4], 6.bias [4]) [2,4]',
        'out %6',
      ].join('\n'),
    );
  });
});

/** Losses look at the values of labels, or of what they are given, and models have none. */
const VALUES_NEEDED = Object.keys(LOSS_USES);

describe.each(Object.entries(OP_USES).filter(([name]) => !VALUES_NEEDED.includes(name)))(
  '%s',
  (_, uses) => {
    test('is traced, and computes the same', () => {
      for (const { inputs, run } of uses) {
        scope(() => {
          const values = inputs();
          const model = modelOfAll(run as (...all: Tensor[]) => Tensor);
          const graph = trace(model, namedInputs(values));
          checkGraph(graph);
          const expected = evaluationPass(model, () => run(...values)).data();
          expect(runGraph(graph, values)[0]!.data()).toEqual(expected);
        });
      }
    });
  },
);

test.each(Object.entries(LAYER_USES))('%s is traced, and computes the same', (_, layer) => {
  scope(() => {
    using model = layer.make();
    const [x] = layer.inputs();
    const graph = trace(model, { shape: x!.shape, dtype: x!.dtype });
    checkGraph(graph);
    expect(runGraph(graph, [x!])[0]!.data()).toEqual(model.predict(x!).data());
  });
});

describe('the forms of models', () => {
  test('several inputs and outputs, by name and in an array', () => {
    const model = modelOf((inputs) => {
      const { a, b } = inputs as unknown as Record<string, Tensor>;
      return { sum: add(a!, b!), first: a! } as unknown as Tensor;
    });
    const graph = trace(model, { a: pictures(2, 3), b: pictures(3) });
    expect(graphText(graph)).toBe(
      ['in %0 a [2,3]', 'in %1 b [3]', '%2 = add(%0, %1) [2,3]', 'out sum %2', 'out first %0'].join(
        '\n',
      ),
    );
    const pair = trace(
      modelOf((x) => [x, add(x, 1)] as unknown as Tensor),
      pictures(2),
    );
    expect(pair.outputNames).toEqual(['0', '1']);
  });

  test('a model that gives several outputs by another method', () => {
    const model = {
      ...modelOf(() => {
        throw new Error('use run');
      }),
      outputs: ['once', 'twice'],
      run: (x: Tensor) => ({ once: x, twice: mul(x, 2) }),
    };
    const graph = trace(model, pictures(3));
    expect(graph.outputNames).toEqual(['once', 'twice']);
    expect(graph.nodes).toHaveLength(1);
  });

  test('an op with several outputs is one node', () => {
    const model = modelOf((x) => {
      const [y, indices] = maxPool2d(x, 2, { returnIndices: true });
      return maxUnpool2d(y, indices, 2);
    });
    scope(() => {
      const graph = trace(model, pictures(1, 4, 4, 2));
      expect(graphText(graph)).toContain(
        '%1, %2 = maxPool2d(%0) {kernelSize: 2} [1,2,2,2], int32 [1,2,2,2]\n' +
          '%3 = maxUnpool2d(%1, %2)',
      );
      const x = randn([1, 4, 4, 2]);
      expect(runGraph(graph, [x])[0]!.data()).toEqual(model.forward(x).data());
    });
  });

  test('normalization by statistics of its own is two nodes', () => {
    scope(() => {
      const graph = trace(
        modelOf((x) => groupNorm(x, 2)),
        pictures(2, 5, 4),
      );
      expect(graphText(graph)).toContain('%1, %2 = channelStatistics(%0)');
      const statistics = trace(
        modelOf((x) =>
          batchNorm(x, undefined, undefined, undefined, undefined, { training: true }),
        ),
        pictures(2, 5, 4),
      );
      expect(statistics.nodes).toHaveLength(2);
    });
  });

  test('values that ops choose are no values that the model reads', () => {
    const graph = trace(
      modelOf((x) => topk(x, 2).values),
      pictures(3, 5),
    );
    expect(graph.nodes.map(({ op }) => op.name)).toEqual(['topk', 'takeAlongAxis']);
  });

  test('an op of one’s own is traced into the ops that it calls', () => {
    const square = customOp({
      name: 'square',
      forward: (x: Tensor) => mul(x, x),
      backward: (gradOutput) => gradOutput,
    });
    const graph = trace(modelOf(square), pictures(3));
    expect(graph.nodes.map(({ op }) => op.name)).toEqual(['mul']);
  });

  test('a part of it may be detached', () => {
    const graph = trace(
      modelOf((x) => mul(x.detach(), x)),
      pictures(3),
    );
    expect(graph.nodes[0]!.inputs).toEqual([graph.inputs[0], graph.inputs[0]]);
  });
});

describe('constants', () => {
  test('what depends on no input is computed, once', () => {
    const table = keep(tensor([1, 2, 3]));
    const model = modelOf((x) => add(mul(x, add(table, 1)), add(zeros([3]), table)));
    scope(() => {
      const graph = trace(model, pictures(3));
      expect(graphText(graph)).toBe(
        'in %0 [3]\n%1 = mul(%0, #0 [3]) [3]\n%2 = add(%1, #1 [3]) [3]\nout %2',
      );
      expect(constantsOf(graph).map(({ constant }) => [...constant!.data()])).toEqual([
        [2, 3, 4],
        [1, 2, 3],
      ]);
    });
    table.dispose();
  });

  test('share the memory of the model, and live on without it', () => {
    const model = net();
    const before = memoryInUse();
    const graph = trace(model, pictures(1, 8, 8, 3));
    expect(memoryInUse()).toEqual(before);
    const x = randn([1, 8, 8, 3]);
    const expected = model.predict(x).data();
    model.dispose();
    const [y] = runGraph(graph, [x]);
    expect(y!.data()).toEqual(expected);
    expectNothingLeft(() => {
      const again = trace(
        modelOf((z) => add(z, zeros([3]))),
        pictures(3),
      );
      disposeGraph(again);
    });
    for (const each of [x, y!]) each.dispose();
    disposeGraph(graph);
    expect(memoryInUse().bytes).toBeLessThan(before.bytes);
  });

  test('are those of the scope', () => {
    expectNothingLeft(() => {
      scope(
        () =>
          void trace(
            modelOf((z) => add(z, zeros([3]))),
            pictures(3),
          ),
      );
      disposeGraph(
        scope(() =>
          trace(
            modelOf((z) => add(z, zeros([3]))),
            pictures(3),
          ),
        ),
      );
    });
  });
});

describe('what is no graph is refused', () => {
  const read = (read: (y: Tensor) => unknown) => () =>
    expectNothingLeft(() => {
      const model = modelOf((x) => {
        const y = add(x, zeros([3]));
        read(y);
        return y;
      });
      expect(() => trace(model, pictures(3))).toThrow(TraceError);
      expect(() => trace(model, pictures(3))).toThrow(
        'trace: the model reads the values of add (shape [3]): what it computes depends on them, so that no graph can say it',
      );
    });
  test(
    'data',
    read((y) => y.data()),
  );
  test(
    'view',
    read((y) => y.view()),
  );
  test(
    'toArray',
    read((y) => y.toArray()),
  );
  test(
    'assign',
    read((y) => y.assign([1, 2, 3])),
  );
  test('item', () => {
    expect(() =>
      trace(
        modelOf((x) => mul(x, x.item())),
        pictures(1),
      ),
    ).toThrow('trace: the model reads the values of its input (shape [1])');
  });
  test('printing one is not reading it', () => {
    const texts: string[] = [];
    trace(
      modelOf((x) => {
        texts.push(String(x));
        return add(x, 1);
      }),
      pictures(2),
    );
    expect(texts).toEqual(['Tensor [2] float32 without values: its input while a model is traced']);
  });

  test.each([
    [7, '7'],
    [{}, 'an object'],
    [{ y: 1 }, '1'],
  ])('an output %j', (output, got) => {
    expect(() =>
      trace(
        modelOf(() => output as unknown as Tensor),
        pictures(3),
      ),
    ).toThrow(
      `trace: the output of forward: expected a Tensor, or an array or object of tensors, got ${got}`,
    );
  });

  test('shapes that do not fit, with the message of the op', () => {
    expect(() =>
      trace(
        modelOf((x) => reshape(x, [4])),
        pictures(3),
      ),
    ).toThrow('reshape: shape: expected 3 elements (input [3]), got [4]');
    expect(() =>
      trace(
        modelOf((x) => x),
        pictures(3, -1),
      ),
    ).toThrow('trace: input: expected');
  });

  test('a tensor of a trace that is over', () => {
    let stale: Tensor;
    trace(
      modelOf((x) => (stale = add(x, 1))),
      pictures(3),
    );
    expect(() =>
      trace(
        modelOf((x) => add(x, stale)),
        pictures(3),
      ),
    ).toThrow('was disposed');
  });
});
