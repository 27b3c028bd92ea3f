// Each test loads the library anew: what runs is the state of a module.
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pathToFileURL } from 'node:url';
import { runInNewContext } from 'node:vm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { KERNELS_ID } from '../../build/kernels-id.js';
import type { ModuleSource } from '../../src/runtime/source.js';

const path = `build/${process.env.SIMDGRAD_BUILD ?? 'release'}.wasm`;
const wasm = readFileSync(path);
const bytes = (...values: number[]) => new Uint8Array(values);
const text = (value: string) => new TextEncoder().encode(value);
const EMPTY_MODULE = bytes(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
/** An empty module of another build: a custom section of 18 bytes, its name and the build. */
const OLD_MODULE = new Uint8Array([...EMPTY_MODULE, 0, 18, 8, ...text('simdgrad0.0.1-0ld')]);
const PAGE = '<!doctype html><title>404</title>';
const REMEDY =
  "serve the package's simdgrad.wasm there, pass init({ source }), or import 'simdgrad/inline', which needs no file";

let library: typeof import('../../src/index.js');

beforeEach(async () => {
  vi.resetModules();
  library = await import('../../src/index.js');
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** The InitError that `init` rejects with; its class is that of this load of the library. */
async function failure(options: Parameters<typeof library.init>[0]): Promise<Error> {
  const error: unknown = await library.init(options).then(
    () => 'init succeeded',
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(library.InitError);
  return error as Error;
}

async function expectToWork(): Promise<void> {
  const { tensor } = await import('../../src/creation.js');
  const sum = library.add(tensor([1, 2]), tensor([3, 4]));
  expect([...sum.data()]).toEqual([4, 6]);
}

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
  {
    name: 'a module of another context',
    source: () =>
      runInNewContext('new WebAssembly.Module(bytes)', {
        bytes: new Uint8Array(wasm),
      }) as WebAssembly.Module,
  },
  { name: 'a source for each variant', source: () => ({ simd: wasm }) },
])('$name as the source', ({ source }) => {
  test('brings a library that works', async () => {
    await library.init({ source: source() });
    await expectToWork();
  });
});

describe('a bad source', () => {
  const cases: { name: string; source: ModuleSource; message: string }[] = [
    {
      name: 'an HTML page',
      source: text(`\n${PAGE}`),
      message: `expected a wasm module at the given bytes, got an HTML page, as servers send for a file that is missing; ${REMEDY}`,
    },
    {
      name: 'garbage',
      source: bytes(1, 2, 3, 4, 5, 6),
      message: `expected a wasm module at the given bytes, got 6 bytes of something else; ${REMEDY}`,
    },
    {
      name: 'no bytes',
      source: new ArrayBuffer(0),
      message: `expected a wasm module at the given bytes, got 0 bytes of something else; ${REMEDY}`,
    },
    {
      name: 'a response with an error',
      source: new Response('gone', { status: 404, statusText: 'Not Found' }),
      message: `the given response answered 404 Not Found; ${REMEDY}`,
    },
    {
      name: 'another module',
      source: EMPTY_MODULE,
      message: `expected the kernels of simdgrad ${KERNELS_ID} at the given bytes, got another module; ${REMEDY}`,
    },
    {
      name: 'kernels of another build',
      source: new WebAssembly.Module(OLD_MODULE),
      message:
        `expected the kernels of simdgrad ${KERNELS_ID} at the given module, got those of 0.0.1-0ld, ` +
        `from another build or a cache; ${REMEDY}`,
    },
  ];
  test.each(cases)('$name', async ({ source, message }) => {
    expect((await failure({ source })).message).toBe(`init: source: ${message}`);
  });

  test.each([
    {
      name: 'a truncated module',
      source: wasm.subarray(0, wasm.length / 2),
      start: 'the module at the given bytes cannot be compiled: CompileError: ',
    },
    {
      name: 'a file that is not there',
      source: new URL('file:///nowhere/simdgrad.wasm'),
      start: 'file:///nowhere/simdgrad.wasm cannot be read: Error: ENOENT',
    },
    {
      name: 'a server that is not there',
      source: new URL('http://127.0.0.1:9/simdgrad.wasm'),
      start: 'http://127.0.0.1:9/simdgrad.wasm cannot be read: TypeError: ',
    },
  ])('$name', async ({ source, start }) => {
    const { message, cause } = await failure({ source });
    expect(message.startsWith(`init: source: ${start}`), message).toBe(true);
    expect(message.endsWith(REMEDY), message).toBe(true);
    expect(cause).toBeInstanceOf(Error);
  });

  test('of the wrong kind', async () => {
    await expect(library.init({ source: path as unknown as URL })).rejects.toThrow(
      /^init: source: expected a WebAssembly.Module, bytes, a Response or a URL, got "/,
    );
  });
});

describe('a server', () => {
  let server: Server;
  let origin: string;

  beforeAll(async () => {
    server = createServer(({ url }, response) => {
      response.setHeader('content-type', 'text/html');
      if (url === '/missing.wasm') response.writeHead(404).end(PAGE);
      else response.end(url === '/page.wasm' ? PAGE : wasm);
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterAll(() => server.close());

  test('that answers with the wrong MIME type serves kernels all the same', async () => {
    await library.init({ source: new URL('/kernels.wasm', origin) });
    await expectToWork();
  });

  test('that answers with a page or an error is named', async () => {
    const page = await failure({ source: new URL('/page.wasm', origin) });
    expect(page.message).toContain(
      `expected a wasm module at ${origin}/page.wasm, got an HTML page`,
    );
    const missing = await failure({ source: new URL('/missing.wasm', origin) });
    expect(missing.message).toBe(
      `init: source: ${origin}/missing.wasm answered 404 Not Found; ${REMEDY}`,
    );
  });
});

describe('an engine', () => {
  test('that forbids compilation: the message names the directive', async () => {
    const refusal = new WebAssembly.CompileError('disallowed by embedder');
    vi.spyOn(WebAssembly, 'compile').mockRejectedValue(refusal);
    const { message, cause } = await failure({ source: wasm });
    expect(message).toBe(
      "init: source: the module at the given bytes cannot be compiled: this page's Content-Security-Policy, or this " +
        "runtime, forbids compilation. A page needs the directive script-src 'wasm-unsafe-eval'; a runtime that " +
        'compiles ahead needs the module imported and passed as source',
    );
    expect(cause).toBe(refusal);
  });

  const noSimd =
    'init: this engine has no WebAssembly SIMD, and there is no fallback in plain JavaScript. ' +
    'Chrome 91, Firefox 89, Safari 16.4, Node 16.4, Deno 1.9, Bun and workerd have it, and later versions';

  test('without SIMD', async () => {
    vi.spyOn(WebAssembly, 'validate').mockReturnValue(false);
    expect((await failure({ source: wasm })).message).toBe(noSimd);
  });

  test('without WebAssembly', async () => {
    vi.stubGlobal('WebAssembly', undefined);
    expect((await failure({ source: wasm })).message).toBe(noSimd);
  });
});

describe('a source for each variant', () => {
  test('needs no relaxed kernels, but says so where they are asked for', async () => {
    const reason = 'variant: the source holds no relaxed kernels';
    const { message } = await failure({ source: { simd: wasm }, variant: 'relaxed' });
    expect(message).toBe(`init: ${reason}; use 'auto' to fall back`);
    await library.init({ source: { simd: wasm }, variant: 'auto' });
    expect(library.capabilities().reasons).toEqual([reason]);
  });

  test('gives the relaxed kernels where the engine accepts them', async () => {
    const { acceptsRelaxedSimd } = await import('../../src/runtime/variant.js');
    const source = { simd: bytes(), relaxed: readFileSync('build/relaxed.wasm') };
    if (!acceptsRelaxedSimd()) source.simd = readFileSync('build/release.wasm');
    await library.init({ source, variant: 'auto' });
    expect(library.capabilities().variant).toBe(acceptsRelaxedSimd() ? 'relaxed' : 'simd');
  });
});
