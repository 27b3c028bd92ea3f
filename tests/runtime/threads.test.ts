// Threads share the smallest kernels here: the heap is a debug one.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { describe as described } from '../../src/describe.js';
import { buildPoolWorker } from '../support/pool-worker.js';

const source = readFileSync(`build/${process.env.SIMDGRAD_BUILD ?? 'release'}.wasm`);
let workerScript: URL;
let library: typeof import('../../src/index.js');

beforeAll(async () => {
  workerScript = await buildPoolWorker();
});

beforeEach(async () => {
  vi.resetModules();
  library = await import('../../src/index.js');
});

afterEach(() => library.terminate());

const start = (threads: number | 'auto', options: Parameters<typeof library.init>[0] = {}) =>
  library.init({ source, threads, workerScript, debug: true, ...options });

/** Ten steps of a net with most kinds of kernels; what its weights and outputs are. */
async function train(): Promise<{ sha256: string; loss: number; output: Float32Array }> {
  const { Adam, Conv2d, Dropout, Flatten, Linear, MaxPool2d, ReLU, Sequential, SiLU } = library;
  library.manualSeed(11);
  const data = library.strokes({ count: 80, seed: 5 });
  const model = new Sequential(
    new Conv2d(1, 8, 5, { padding: 2 }),
    new ReLU(),
    new MaxPool2d(2),
    new Conv2d(8, 40, 3, { padding: 1 }),
    new SiLU(),
    new Conv2d(40, 40, 3, { padding: 1, groups: 40, stride: 2 }),
    new Conv2d(40, 12, 3, { stride: 2, groups: 2 }),
    new Flatten(),
    new Dropout(0.2),
    new Linear(108, 10),
  );
  const optimizer = new Adam(model.parameters(), { lr: 0.001 });
  const [epoch] = await library.fit(model, data, { optimizer, epochs: 1, batchSize: 8 });
  const output = model.predict(library.randn([3, 28, 28, 1])).data() as Float32Array;
  return { sha256: await library.weightsSha256(model), loss: epoch!.loss as number, output };
}

test('the bits do not depend on the number of threads', async () => {
  await start(1);
  const alone = await train();
  for (const threads of [2, 3, 8]) {
    vi.resetModules();
    library = await import('../../src/index.js');
    await start(threads);
    expect(library.capabilities().threads).toBe(threads);
    expect(await train()).toEqual(alone);
    expect(library.capabilities()).toMatchObject({ threads, reasons: [] });
    await library.terminate();
  }
});

test('terminate ends the workers, and the calling thread goes on alone', async () => {
  await start(3);
  const x = library.ones([64, 64]);
  const before = library.matmul(x, x).data();
  await library.terminate();
  expect(library.capabilities().threads).toBe(1);
  expect(library.matmul(x, x).data()).toEqual(before);
  await library.terminate();
});

test('memory that grows is the memory of all threads', async () => {
  await start(2);
  const { bytes } = library.capabilities().memory;
  const x = library.ones([(4 * bytes) / 4]);
  expect(library.capabilities().memory.bytes).toBeGreaterThan(bytes);
  expect(
    library
      .relu(x)
      .data()
      .every((value) => value === 1),
  ).toBe(true);
});

test('auto is one thread for each core, up to eight', async () => {
  const { availableParallelism } = await import('node:os');
  await start('auto');
  expect(library.capabilities().threads).toBe(Math.min(8, availableParallelism()));
});

test('auto is one thread where an engine does not say how many cores there are', async () => {
  const { countThreads } = await import('../../src/runtime/threads.js');
  vi.stubGlobal('navigator', undefined);
  vi.stubGlobal('process', undefined);
  const count = countThreads('auto');
  vi.unstubAllGlobals();
  expect(count).toBe(1);
});

test.each([0, -1, 1.5, 129, NaN, '2', 'all'])('threads %s are refused', async (threads) => {
  await expect(start(threads as number)).rejects.toThrow(
    `init: threads: expected 'auto' or an integer from 1 to 128, got ${described(threads)}`,
  );
});

describe('one thread, with the reason, where', () => {
  const expectOne = (reason: string | RegExp) => {
    expect(library.capabilities()).toMatchObject({
      threads: 1,
      reasons: [expect.stringMatching(reason)],
    });
    expect([...library.add(library.ones([2]), library.ones([2])).data()]).toEqual([2, 2]);
  };

  test('the source is a compiled module', async () => {
    await start(2, { source: new WebAssembly.Module(source) });
    expectOne('threads: the module given as source is compiled without shared memory');
  });

  test('the page is not isolated', async () => {
    vi.stubGlobal('crossOriginIsolated', false);
    await start(2);
    vi.unstubAllGlobals();
    expectOne(
      'threads: the page is not cross-origin isolated; serve it with ' +
        'Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp',
    );
  });

  test('there is no SharedArrayBuffer', async () => {
    vi.stubGlobal('SharedArrayBuffer', undefined);
    await start(2);
    vi.unstubAllGlobals();
    expectOne('threads: this engine has no SharedArrayBuffer');
  });

  test('the script is not there', async () => {
    await start(2, { workerScript: new URL('file:///nowhere/pool-worker.js') });
    expectOne(/^threads: worker 1 could not be started: .*nowhere/);
  });

  test('the script does not answer', async () => {
    await start(2, { workerScript: pathToFileURL('tests/runtime/fixtures/silent-worker.js') });
    expectOne('threads: worker 1 could not be started: it exited with code 0');
  });
});

describe('a worker that', () => {
  /** On a busy machine a worker may come too late for its share, once. */
  const often = (run: () => void) => () => {
    for (let i = 0; i < 100; i++) run();
  };
  /** The number of a function in assembly/lib/map.ts. */
  const RELU = 0;
  const valuesOf = (x: { pointer: number; size: number }) => {
    return [x.pointer, x.pointer, RELU, 0, 0, 0, x.size];
  };
  const inChunks = (tasks: number, chunk: number) => ({ tasks, chunk, scratch: undefined });
  const pool = async () => (await import('../../src/runtime/runtime.js')).runtime().pool!;

  test('fails in a kernel is an error that says so', async () => {
    await start(2);
    const x = library.ones([2 ** 20]);
    const values = valuesOf(x);
    // What the worker takes for x lies beyond the memory.
    const scratch = { argument: 1, bytes: 2 ** 30 };
    const threads = await pool();
    const run = often(() =>
      threads.run('mapForward', values, { tasks: x.size, chunk: 16, scratch }),
    );
    expect(run).toThrow(library.ThreadError);
    expect(run).toThrow(
      'mapForward: worker thread 1 failed: RuntimeError: memory access out of bounds',
    );
    expect([...library.add(x, x).data().subarray(0, 2)]).toEqual([2, 2]);
  });

  test('dies in a kernel is an error, not a hang', async () => {
    await start(2, { workerScript: pathToFileURL('tests/runtime/fixtures/dying-worker.js') });
    const { Pool } = await import('../../src/runtime/pool.js');
    Pool.giveUpMs = 50;
    const x = library.ones([2 ** 20]);
    const threads = await pool();
    const values = valuesOf(x);
    expect(often(() => threads.run('mapForward', values, inChunks(x.size, 16)))).toThrow(
      'mapForward: a worker thread began and did not finish within 50 ms; ' +
        'the result is incomplete, the calling thread goes on alone',
    );
    expect(library.capabilities()).toMatchObject({
      threads: 1,
      reasons: [expect.stringContaining('did not finish')],
    });
    expect([...library.add(x, x).data().subarray(0, 2)]).toEqual([2, 2]);
  });

  test('dies in a kernel keeps its caller for little more than a second', async () => {
    await start(2, { workerScript: pathToFileURL('tests/runtime/fixtures/dying-worker.js') });
    const x = library.ones([2 ** 20]);
    const threads = await pool();
    const begin = performance.now();
    const run = often(() => threads.run('mapForward', valuesOf(x), inChunks(x.size, 2 ** 18)));
    expect(run).toThrow(library.ThreadError);
    expect(performance.now() - begin).toBeLessThan(3000);
    expect(library.relu(x).data()[0]).toBe(1);
  });

  test.each([0, 3_600_000])(
    'is slow is waited for, also where the clock jumps by %i ms meanwhile',
    async (jump) => {
      await start(2, { workerScript: pathToFileURL('tests/runtime/fixtures/slow-worker.js') });
      const x = library.ones([2 ** 20]);
      const threads = await pool();
      const now = performance.now.bind(performance);
      let calls = 0;
      const clock = vi
        .spyOn(performance, 'now')
        .mockImplementation(() => now() + (calls++ > 2 ? jump : 0));
      let longest = 0;
      for (const end = now() + 5000; longest < 250 && now() < end;) {
        calls = 0;
        const begin = now();
        threads.run('mapForward', valuesOf(x), inChunks(x.size, 2 ** 18));
        longest = Math.max(longest, now() - begin);
      }
      clock.mockRestore();
      expect(longest).toBeGreaterThanOrEqual(250);
      expect(library.capabilities()).toMatchObject({ threads: 2, reasons: [] });
    },
  );

  test('dies between kernels is missed by nobody, and capabilities say so', async () => {
    await start(2, { workerScript: pathToFileURL('tests/runtime/fixtures/quitting-worker.js') });
    const x = library.ones([64, 64]);
    expect(library.matmul(x, x).data()[0]).toBe(64);
    const reasons = ['threads: worker 1 ended: it exited with code 3'];
    await vi.waitFor(() => expect(library.capabilities()).toMatchObject({ threads: 1, reasons }));
    expect(library.matmul(x, x).data()[0]).toBe(64);
  });
});
