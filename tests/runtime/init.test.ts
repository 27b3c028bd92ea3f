// Each test loads the library anew: what runs is the state of a module.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { beforeEach, describe, expect, test, vi } from 'vitest';

const path = `build/${process.env.SIMDGRAD_BUILD ?? 'release'}.wasm`;
const wasm = readFileSync(path);
const bytes = (...values: number[]) => new Uint8Array(values);
const text = (value: string) => new TextEncoder().encode(value);
/** The header of an empty module. */
const EMPTY_MODULE = bytes(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

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
  [{ variant: 'fast' }, "init: variant: expected 'simd', 'relaxed' or 'auto', got fast"],
  [{ precision: 'half' }, "init: precision: expected 'fast' or 'exact', got half"],
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

describe('a bad source', () => {
  test.each([
    {
      name: 'an HTML page',
      source: text('<!doctype html><title>404</title>'),
      message:
        'init: source: expected a wasm module at the given bytes, got an HTML page; ' +
        'serve simdgrad.wasm there or pass { source }',
    },
    {
      name: 'garbage',
      source: bytes(1, 2, 3, 4, 5, 6),
      message:
        'init: source: expected a wasm module at the given bytes, got something else; ' +
        'serve simdgrad.wasm there or pass { source }',
    },
    {
      name: 'no bytes',
      source: new ArrayBuffer(0),
      message:
        'init: source: expected a wasm module at the given bytes, got something else; ' +
        'serve simdgrad.wasm there or pass { source }',
    },
    {
      name: 'a response with an error',
      source: new Response('gone', { status: 404, statusText: 'Not Found' }),
      message: 'init: source: the given response answered 404 Not Found',
    },
    {
      name: 'a response with an HTML page',
      source: new Response('<html></html>'),
      message:
        'init: source: expected a wasm module at the given response, got an HTML page; ' +
        'serve simdgrad.wasm there or pass { source }',
    },
    {
      name: 'another module',
      source: EMPTY_MODULE,
      message: 'init: source: expected simdgrad.wasm, got another module: it exports no kernels',
    },
  ])('$name', async ({ source, message }) => {
    const error = await failure({ source });
    expect(error).toBeInstanceOf(library.InitError);
    expect(error.message).toBe(message);
  });

  test.each([
    {
      name: 'a truncated module',
      source: wasm.subarray(0, wasm.length / 2),
      part: 'cannot be compiled',
    },
    {
      name: 'a file that is not there',
      source: new URL('file:///nowhere/simdgrad.wasm'),
      part: 'init: source: file:///nowhere/simdgrad.wasm cannot be read: ',
    },
    {
      name: 'a module with an import that nobody provides',
      // (import "a" "b" (func)) of type () -> ()
      source: new Uint8Array([
        ...EMPTY_MODULE,
        1,
        4,
        1,
        0x60,
        0,
        0,
        2,
        7,
        1,
        1,
        0x61,
        1,
        0x62,
        0,
        0,
      ]),
      part: 'init: source: expected simdgrad.wasm, got another module: ',
    },
  ])('$name', async ({ source, part }) => {
    const error = await failure({ source });
    expect(error).toBeInstanceOf(library.InitError);
    expect(error.message).toContain(part);
    expect(error.cause).toBeInstanceOf(Error);
  });

  test('of the wrong kind', async () => {
    const error = await failure({ source: path as unknown as URL });
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toContain(
      'init: source: expected a WebAssembly.Module, bytes, a Response or a URL',
    );
  });
});

test.each([0, -1, NaN, 1.5, 2 ** 20 - 1, 2 ** 32 + 1, Infinity, '1e9'])(
  'maxMemoryBytes %s is refused',
  async (maxMemoryBytes) => {
    const error = await failure({ source: wasm, maxMemoryBytes: maxMemoryBytes as number });
    expect(error).toBeInstanceOf(RangeError);
    expect(error.message).toBe(
      `init: maxMemoryBytes: expected an integer from 1048576 to 4294967296, got ${maxMemoryBytes}`,
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

describe.each([
  { name: 'bytes', source: () => wasm },
  {
    name: 'a view into a larger buffer',
    source: () => Buffer.concat([wasm, wasm]).subarray(wasm.length),
  },
  { name: 'an ArrayBuffer', source: () => new Uint8Array(wasm).buffer },
  { name: 'a file URL', source: () => pathToFileURL(path) },
  { name: 'a response', source: () => new Response(new Uint8Array(wasm)) },
  { name: 'a module', source: () => new WebAssembly.Module(new Uint8Array(wasm)) },
])('$name as the source', ({ source }) => {
  test('brings a library that works', async () => {
    await library.init({ source: source() });
    const { tensor } = await import('../../src/creation.js');
    const sum = library.add(tensor([1, 2]), tensor([3, 4]));
    expect([...sum.data()]).toEqual([4, 6]);
  });
});

test('a second init waits for the first and changes nothing', async () => {
  const [first, second] = [
    library.init({ source: wasm, maxMemoryBytes: 2 ** 21 }),
    library.init({ source: bytes(1), maxMemoryBytes: 2 ** 22 }),
  ];
  await Promise.all([first, second]);
  expect(library.capabilities().memory.maxBytes).toBe(2 ** 21);
  await library.init({ maxMemoryBytes: NaN });
  expect(library.capabilities()).toMatchObject({
    threads: 1,
    memory: { bytes: 2 ** 20, bytesInUse: 0, maxBytes: 2 ** 21 },
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
