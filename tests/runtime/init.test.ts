// Each test loads the library anew: what runs is the state of a module.
import { readFileSync } from 'node:fs';
import { beforeEach, expect, test, vi } from 'vitest';
import { describe } from '../../src/describe.js';

const wasm = readFileSync(`build/${process.env.SIMDGRAD_BUILD ?? 'release'}.wasm`);
const bytes = (...values: number[]) => new Uint8Array(values);

let library: typeof import('../../src/index.js');

beforeEach(async () => {
  vi.resetModules();
  library = await import('../../src/index.js');
});

/** What `init` rejects with; its class is that of this load of the library. */
async function failure(options: Parameters<typeof library.init>[0]): Promise<Error> {
  const error: unknown = await library.init(options).then(
    () => 'init succeeded',
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Error);
  return error as Error;
}

test.each([
  [{ variant: 'fast' }, "init: variant: expected 'simd', 'relaxed' or 'auto', got \"fast\""],
  [{ precision: 'half' }, "init: precision: expected 'fast' or 'exact', got \"half\""],
  [
    { variant: 'auto', source: wasm },
    'init: variant: the module given as source decides, leave one of them out',
  ],
])('init(%o) is refused', async (options, message) => {
  expect((await failure(options as Parameters<typeof library.init>[0])).message).toBe(message);
});

test('capabilities tell what was chosen', async () => {
  await library.init({ source: wasm, precision: 'exact' });
  const variant = process.env.SIMDGRAD_BUILD === 'relaxed' ? 'relaxed' : 'simd';
  expect(library.capabilities()).toMatchObject({ variant, precision: 'exact', threads: 1 });
});

test.each([0, -1, NaN, 1.5, 2 ** 20 - 1, 2 ** 32 + 1, Infinity, '1e9'])(
  'maxMemoryBytes %s is refused',
  async (maxMemoryBytes) => {
    const error = await failure({ source: wasm, maxMemoryBytes: maxMemoryBytes as number });
    expect(error).toBeInstanceOf(RangeError);
    expect(error.message).toBe(
      `init: maxMemoryBytes: expected an integer from 1048576 to 4294967296, got ${describe(maxMemoryBytes)}`,
    );
  },
);

test('nothing works before init, and says so', async () => {
  const { zeros } = await import('../../src/creation.js');
  for (const use of [() => library.capabilities(), () => zeros([1])]) {
    expect(use).toThrow(library.InitError);
    expect(use).toThrow('simdgrad is not initialised: call `await init()` first');
  }
});

test('a second init waits for the first and changes nothing', async () => {
  const [first, second] = [
    library.init({ source: wasm, maxMemoryBytes: 2 ** 21 }),
    library.init({ source: bytes(1), maxMemoryBytes: 2 ** 22 }),
  ];
  await Promise.all([first, second]);
  expect(library.capabilities().memory.maxBytes).toBe(2 ** 21);
  await library.init({ maxMemoryBytes: 2 ** 24 });
  await expect(library.init({ maxMemoryBytes: NaN })).rejects.toThrow(RangeError);
  expect(library.capabilities()).toMatchObject({
    threads: 1,
    memory: { bytes: 2 ** 21, bytesInUse: 0, maxBytes: 2 ** 21 },
  });
});

test('init may be tried again after a failure', async () => {
  await failure({ source: bytes(1) });
  expect(() => library.capabilities()).toThrow(library.InitError);
  await library.init({ source: wasm });
  expect(library.capabilities().memory.maxBytes).toBe(2 ** 31);
});

test('a tensor beyond the limit is refused and the library stays usable', async () => {
  await library.init({ source: wasm, maxMemoryBytes: 2 ** 20 });
  const { zeros } = await import('../../src/creation.js');
  expect(() => zeros([2 ** 19])).toThrow(library.OutOfMemoryError);
  expect([...zeros([3]).data()]).toEqual([0, 0, 0]);
});
