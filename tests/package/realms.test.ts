// Environments for tests (jest and vitest with jsdom) and frames run code in a realm of its own, with other classes of
// typed arrays, and without some globals, or with globals that come late.
import { readFile } from 'node:fs/promises';
import { createContext, runInContext } from 'node:vm';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { describe, expect, test } from 'vitest';

const run = promisify(execFile);
const dist = (file: string) => new URL(`../../dist/${file}`, import.meta.url).href;

/** Runs a program in a Node of its own; what it prints, as JSON. */
async function runProgram(program: string, ...flags: string[]): Promise<unknown> {
  const { stdout } = await run('node', [...flags, '--input-type=module', '-e', program]);
  return JSON.parse(stdout) as unknown;
}

const LATE = ['TextDecoder', 'TextEncoder', 'Response', 'fetch', 'Blob', 'Worker', 'DOMException'];

test.each(['index.js', 'ops.js', 'inline.js', 'data.js', 'worker.js'])(
  '%s can be imported before these globals are there',
  async (file) => {
    const result = await runProgram(`
      for (const name of ${JSON.stringify(LATE)}) delete globalThis[name];
      const missing = ${JSON.stringify(LATE)}.every((name) => !(name in globalThis));
      const entry = await import('${dist(file)}');
      console.log(JSON.stringify([missing, Object.keys(entry).length > 3]));
    `);
    expect(result).toEqual([true, true]);
  },
);

test.each(['index.js', 'inline.js'])(
  '%s computes without them; files wait for them',
  async (file) => {
    const result = await runProgram(`
    const { TextDecoder, TextEncoder } = globalThis;
    for (const name of ${JSON.stringify(LATE)}) delete globalThis[name];
    const { add, fit, Flatten, init, Linear, loadModel, saveModel, Sequential, SGD, strokes, tensor } =
      await import('${dist(file)}');
    await init();
    const sum = add(tensor([1]), tensor([2])).toArray();
    const model = new Sequential(new Flatten(), new Linear(784, 10));
    const optimizer = new SGD(model.parameters(), { lr: 0.1 });
    const history = await fit(model, strokes({ count: 20, seed: 1 }), { epochs: 2, optimizer });
    Object.assign(globalThis, { TextDecoder, TextEncoder });
    const saved = loadModel(saveModel(model)).model.parameters().length;
    console.log(JSON.stringify({ sum, epochs: history.length, saved }));
  `);
    expect(result).toEqual({ sum: [3], epochs: 2, saved: 2 });
  },
);

/** The library, in one file, in a realm that has nothing but the language and `atob`; `theirs` makes objects of it. */
const IN_A_REALM = `
  import { readFile } from 'node:fs/promises';
  import { createContext, runInContext, SourceTextModule } from 'node:vm';
  const context = createContext({ atob });
  const source = await readFile(new URL('${dist('inline.js')}'), 'utf8');
  const module = new SourceTextModule(source, { context });
  await module.link(() => { throw new Error('an import'); });
  await module.evaluate();
  const library = module.namespace;
  const theirs = (code) => runInContext(code, context);
`;

describe('in a realm of its own', () => {
  const runThere = (program: string) =>
    runProgram(`${IN_A_REALM}${program}`, '--experimental-vm-modules', '--no-warnings');

  test('the library starts and computes, from arrays of both realms', async () => {
    const result = await runThere(`
      await library.init();
      const { add, tensor } = library;
      const ours = new Float32Array([1, 2]);
      const sum = add(tensor(ours), tensor(theirs('new Float32Array([3, 4])')));
      const sorted = add(tensor([5, 6]), tensor(theirs('[7, 8]')));
      const labels = tensor(theirs('new Int32Array([9])'));
      const isTheirs = sum.data() instanceof theirs('Float32Array');
      console.log(JSON.stringify([sum.toArray(), sorted.toArray(), labels.dtype, isTheirs]));
    `);
    expect(result).toEqual([[4, 6], [12, 14], 'int32', true]);
  });

  test.each([
    ['a Buffer', 'wasm'],
    ['an ArrayBuffer of ours', 'new Uint8Array(wasm).buffer'],
    ['an ArrayBuffer of the realm', "Object.assign(theirs('new Uint8Array(1e5)'), {}).buffer"],
    ['a module of ours', 'new WebAssembly.Module(wasm)'],
    ['a Response of ours', 'new Response(wasm)'],
    ['a file URL of ours', `new URL('${dist('simdgrad.wasm')}')`],
  ])('it takes kernels from %s', async (name, source) => {
    const fails = name.includes('of the realm');
    const result = await runThere(`
      const wasm = await readFile(new URL('${dist('simdgrad.wasm')}'));
      runInContext('globalThis', context).process = process;
      const said = await library.init({ source: ${source} }).then(
        () => library.tensor([1]).toArray(), (error) => error.message);
      console.log(JSON.stringify(said));
    `);
    const empty = /^init: source: expected a wasm module at the given bytes, got 100000 bytes/;
    expect(result).toEqual(fails ? expect.stringMatching(empty) : [1]);
  });
});

test('objects of another realm are what the tests above mean by it', () => {
  const foreign = runInContext('new Float32Array(1)', createContext()) as unknown;
  expect(foreign).not.toBeInstanceOf(Float32Array);
});

const CHROMIUM = '/usr/bin/chromium';
// On CI the browser has to be there: a missing one is a failure, not a skip.
const missing = !existsSync(CHROMIUM) && !process.env.CI;

test.skipIf(missing)(
  'a page hands arrays of its frame to the library, and the other way',
  async () => {
    const browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ['--no-sandbox', '--disable-gpu'],
    });
    try {
      const page = await browser.newPage();
      const inline = await readFile('dist/inline.js', 'utf8');
      await page.route('**/*', (route) => {
        const isScript = route.request().url().endsWith('.js');
        return route.fulfill(
          isScript
            ? { contentType: 'text/javascript', body: inline }
            : { contentType: 'text/html', body: '<!doctype html><iframe src="/frame"></iframe>' },
        );
      });
      await page.goto('http://localhost/');
      // A string: vitest rewrites the imports in functions.
      const result = await page.evaluate(`import('/inline.js').then(async ({ init, tensor }) => {
      await init();
      const { Float32Array: Other } = document.querySelector('iframe').contentWindow;
      const inputs = new Other([1, 2, 3, 4]);
      return [inputs instanceof Float32Array, tensor(inputs).toArray()];
    })`);
      expect(result).toEqual([false, [1, 2, 3, 4]]);
    } finally {
      await browser.close();
    }
  },
);
