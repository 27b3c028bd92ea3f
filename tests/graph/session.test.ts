import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { compile, type CompileOptions } from '../../src/graph/compile.js';
import type { Session } from '../../src/graph/session.js';
import {
  add,
  BatchNorm2d,
  Conv2d,
  DisposedError,
  Flatten,
  GlobalAvgPool2d,
  Linear,
  manualSeed,
  MaxPool2d,
  type Model,
  Module,
  mul,
  rand,
  randn,
  ReLU,
  scope,
  Sequential,
  ShapeError,
  softmax,
  tensor,
  type Tensor,
  zeros,
} from '../../src/index.js';
import { runtime } from '../../src/runtime/runtime.js';

/** A residual net with a depthwise convolution. */
class Net extends Module {
  readonly stem = new Conv2d(3, 8, 3, { stride: 2, padding: 1 });
  readonly wide = new Conv2d(8, 16, 1);
  readonly depthwise = new Conv2d(16, 16, 3, { padding: 1, groups: 16 });
  readonly narrow = new Conv2d(16, 8, 1);
  readonly norm = new BatchNorm2d(8);
  readonly pool = new GlobalAvgPool2d();
  readonly dense = new Linear(8, 5);

  override forward(x: Tensor): Tensor {
    const y = this.stem.forward(x, { kind: 'relu' });
    const z = this.narrow.forward(this.depthwise.forward(this.wide.forward(y)));
    return softmax(this.dense.forward(this.pool.forward(this.norm.forward(add(y, z)))));
  }
}

const lenet = () =>
  new Sequential(
    new Conv2d(1, 6, 5, { padding: 2 }),
    new ReLU(),
    new MaxPool2d(2),
    new Flatten(),
    new Linear(6 * 14 * 14, 10),
  );

/** Runs `body` with a session, and sees to it that nothing is left of it. */
function withSession(
  make: () => Module,
  shape: number[],
  body: (session: Session, model: Module) => void,
  options?: CompileOptions,
): void {
  const { heap } = runtime();
  const before = [heap.bytesInUse, heap.tensors];
  scope(() => {
    manualSeed(17);
    const model = make();
    const session = compile(model, shape, options);
    body(session, model);
    session.dispose();
    model.dispose();
  });
  expect([heap.bytesInUse, heap.tensors]).toEqual(before);
}

const only = (output: Tensor | Record<string, Tensor>) => output as Tensor;

describe('a session', () => {
  test('runs what it is given in every form, with the bits of the model', () => {
    withSession(lenet, [1, 28, 28, 1], (session, model) => {
      const x = rand([1, 28, 28, 1]);
      const expected = model.predict(x).data();
      const given = [x, x.data(), x.toArray()];
      for (const input of given) expect(only(session.run(input)).data()).toEqual(expected);
      const bytes = Uint8Array.from({ length: 784 }, (_, i) => i % 256);
      const ofBytes = model.predict(tensor(Float32Array.from(bytes), [1, 28, 28, 1]));
      expect(only(session.run(bytes)).data()).toEqual(ofBytes.data());
    });
  });

  test('writes into tensors', () => {
    withSession(
      () => new Net(),
      [1, 16, 16, 3],
      (session, model) => {
        const [x, into] = [rand([1, 16, 16, 3]), zeros([1, 5])];
        expect(session.run(x, { into })).toBe(into);
        expect(into.data()).toEqual(model.predict(x).data());
      },
    );
  });

  test('takes pictures', () => {
    const image = { width: 3, height: 2, data: new Uint8ClampedArray(24).fill(255) };
    const make = () => new Conv2d(3, 2, 1);
    const options = { preprocess: { mean: 0.5, std: 0.5 } };
    withSession(
      make,
      [1, 2, 3, 3],
      (session, model) => {
        const ones = tensor(new Float32Array(18).fill(1), [1, 2, 3, 3]);
        expect(only(session.run(image)).data()).toEqual(model.predict(ones).data());
      },
      options,
    );
  });

  test('has a plan for every shape, the latest few', () => {
    withSession(
      () => new Net(),
      [1, 16, 16, 3],
      (session, model) => {
        const one = session.memoryBytes;
        for (const shape of [
          [2, 16, 16, 3],
          [1, 20, 12, 3],
          [3, 16, 16, 3],
          [1, 16, 16, 3],
        ]) {
          const x = randn(shape);
          expect(only(session.run(x)).data()).toEqual(model.predict(x).data());
        }
        expect(session.run(new Float32Array(4 * 768)) as Tensor).toMatchObject({ shape: [4, 5] });
        expect(session.memoryBytes).toBeGreaterThan(one);
        expect(session.outputs).toEqual([{ name: undefined, shape: [4, 5], dtype: 'float32' }]);
      },
      { maxPlans: 2 },
    );
  });

  test('notices that weights were changed', () => {
    withSession(
      () => new Net(),
      [1, 16, 16, 3],
      (session, model) => {
        const x = rand([1, 16, 16, 3]);
        for (const parameter of model.parameters()) {
          parameter.assign(parameter.data().map((value) => 1.5 * value + 0.1));
          expect(only(session.run(x)).data()).toEqual(model.predict(x).data());
        }
      },
    );
  });

  test('holds weights once: packed, when the model is gone', () => {
    const { heap } = runtime();
    const before = [heap.bytesInUse, heap.tensors];
    const model = new Sequential(new Conv2d(32, 32, 1), new BatchNorm2d(32), new Conv2d(32, 64, 1));
    const session = compile(model, [1, 2, 2, 32]);
    scope(() => {
      const x = rand([1, 2, 2, 32]);
      const expected = only(session.run(x)).data();
      model.dispose();
      expect(only(session.run(x)).data()).toEqual(expected);
    });
    const weights = 4 * (32 * 32 + 32 + 32 * 64 + 64);
    const taken = heap.bytesInUse - before[0]!;
    expect(taken).toBeGreaterThan(weights);
    expect(taken).toBeLessThan(weights + 10_000);
    session.dispose();
    expect([heap.bytesInUse, heap.tensors]).toEqual(before);
  });

  test('keeps a plan that was made in a scope', () => {
    withSession(
      () => new Net(),
      [1, 16, 16, 3],
      (session, model) => {
        const x = rand([2, 16, 16, 3]);
        const expected = scope(() => only(session.run(x)).data());
        expect(expected).toEqual(model.predict(x).data());
        expect(only(session.run(x)).data()).toEqual(expected);
      },
    );
  });

  test('outlives its model', () => {
    const model = new Net();
    const session = compile(model, [1, 16, 16, 3]);
    scope(() => {
      const x = rand([1, 16, 16, 3]);
      const expected = model.predict(x).data();
      model.dispose();
      expect(only(session.run(x)).data()).toEqual(expected);
      expect(() => session.run(rand([2, 16, 16, 3]))).toThrow(DisposedError);
      expect(only(session.run(x)).data()).toEqual(expected);
    });
    session.dispose();
  });

  test('takes and gives several tensors by name', () => {
    const forward = ({ a, b }: Record<string, Tensor>) => ({
      sum: add(a!, b!),
      product: mul(a!, b!),
    });
    const model = { forward, parameters: () => [] } as unknown as Model;
    scope(() => {
      const session = compile(model, { a: [2], b: [2] });
      const [a, b] = [tensor([1, 2]), tensor([3, 4])];
      const { sum, product } = session.run({ a, b }) as Record<string, Tensor>;
      expect([sum!.toArray(), product!.toArray()]).toEqual([
        [4, 6],
        [3, 8],
      ]);
      const into = { sum: zeros([2]), product: zeros([2]) };
      session.run({ b, a: [5, 6] }, { into });
      expect(into.product.toArray()).toEqual([15, 24]);
      expect(() => session.run({ a })).toThrow(
        new TypeError('Session.run: input: expected a, b, got a'),
      );
      expect(() => session.run({ a, b }, { into: { sum: zeros([2]) } })).toThrow(
        'Session.run: into.product: expected a Tensor of float32, got undefined',
      );
      session.dispose();
    });
  });

  test('says what it runs, and how long', () => {
    withSession(lenet, [1, 28, 28, 1], (session) => {
      expect(session.summary()).toMatch(/conv2d +\[1,28,28,6\] +156 +117600\n/);
      const profile = session.profile(new Float32Array(784), { runs: 2 });
      expect(profile.nodes.map(({ op }) => op)).toEqual(['conv2d', 'maxPool2d', 'linear']);
      expect(profile.byOp).toHaveLength(3);
      expect(profile.milliseconds).toBeGreaterThan(0);
    });
  });

  test.each([
    [new Float32Array(783), ShapeError, /input: expected 784 values for shape \[1,28,28,1\]/],
    [[1, 2], ShapeError, /input: expected 4 axes, as in \[1,28,28,1\], got \[2\]/],
    [undefined, TypeError, /input: expected a Tensor, a typed array, nested arrays or a picture/],
    [{ width: 1, height: 1, data: new Uint8Array(2) }, ShapeError, /preprocess: /],
  ])('refuses %#', (input, kind, message) => {
    withSession(lenet, [1, 28, 28, 1], (session) => {
      const run = () => session.run(input as unknown as Tensor);
      expect(run).toThrow(kind);
      expect(run).toThrow(message);
    });
  });

  test('refuses other tensors to write into, and to run once it is disposed', () => {
    withSession(lenet, [1, 28, 28, 1], (session) => {
      const x = rand([1, 28, 28, 1]);
      expect(() => session.run(x, { into: zeros([10]) })).toThrow(
        new ShapeError('Session.run: into: expected shape [1,10], got [10]'),
      );
      session.dispose();
      expect(() => session.run(x)).toThrow(DisposedError);
    });
  });

  test('runs allocate nothing on the heap of JavaScript', () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    withSession(lenet, [1, 28, 28, 1], (session) => {
      const [x, options] = [rand([1, 28, 28, 1]).data(), { into: zeros([1, 10]) }];
      const runs = (count: number) => {
        for (let i = 0; i < count; i++) session.run(x, options);
      };
      runs(3000);
      collect();
      // The compiler's own work falls into some rounds; an object of two words for each run falls into all.
      const grown = Array.from({ length: 6 }, () => {
        const before = process.memoryUsage().heapUsed;
        runs(1000);
        return process.memoryUsage().heapUsed - before;
      });
      expect(Math.min(...grown)).toBeLessThan(16_000);
    });
  });

  test('a thousand runs allocate nothing', () => {
    withSession(
      () => new Net(),
      [1, 16, 16, 3],
      (session) => {
        const [x, into] = [rand([1, 16, 16, 3]).data(), zeros([1, 5])];
        const options = { into };
        session.run(x, options);
        const { heap } = runtime();
        const before = [heap.bytesInUse, heap.blocksInUse, heap.bytes];
        for (let i = 0; i < 1000; i++) session.run(x, options);
        expect([heap.bytesInUse, heap.blocksInUse, heap.bytes]).toEqual(before);
      },
    );
  });
});

describe('compile', () => {
  test.each([
    [[undefined, [1]], TypeError, 'compile: model: expected a Module, got undefined'],
    [[new Flatten(), {}], TypeError, /compile: inputs: expected a shape, or an object/],
    [[new Flatten(), [1.5]], ShapeError, /compile: inputs: /],
    [[new Flatten(), [1], { threads: 0 }], RangeError, /compile: threads: /],
    [[new Flatten(), [1], { precision: 'half' }], RangeError, /compile: precision: /],
    [[new Flatten(), [1], { maxPlan: 1 }], TypeError, /compile: options: /],
  ])('refuses %#', (values, kind, message) => {
    const run = () => compile(...(values as Parameters<typeof compile>));
    expect(run).toThrow(kind);
    expect(run).toThrow(message);
  });
});
