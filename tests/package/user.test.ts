import { describe, expect, test } from 'vitest';
import { installPackage, project, run, runProgram } from './installed.js';

installPackage();

describe('a user', () => {
  test.each(['simdgrad', 'simdgrad/ops', 'simdgrad/infer', 'simdgrad/inline'])(
    'computes with %s',
    async (name) => {
      const result = await runProgram(`
      import { conv2d, init, tensor } from '${name}';
      await init();
      const y = conv2d(tensor([[[[1], [2]], [[3], [4]]]]), tensor([[[[10]]]]));
      console.log(JSON.stringify(y.toArray()));
    `);
      expect(result).toEqual([
        [
          [[10], [20]],
          [[30], [40]],
        ],
      ]);
    },
  );

  // Node takes these entries by a flag; a hook imports wasm as these platforms do.
  const hook = `
    export async function load(url, context, next) {
      const [file, query] = url.split('?');
      if (!file.endsWith('.wasm')) return next(url, context);
      const source = \`
        import { readFileSync } from 'node:fs';
        console.error('imported \${query}');
        export default new WebAssembly.Module(readFileSync(new URL('\${file}')));\`;
      return { format: 'module', source, shortCircuit: true };
    }`;
  const script = (code: string) => `data:text/javascript,${encodeURIComponent(code)}`;
  const register = `import { register } from 'node:module'; register(${JSON.stringify(script(hook))});`;

  test.each([
    ['workerd', 'simdgrad', 'undefined'],
    ['workerd', 'simdgrad/ops', 'undefined'],
    ['workerd', 'simdgrad/infer', 'undefined'],
    ['edge-light', 'simdgrad', 'module'],
    ['edge-light', 'simdgrad/ops', 'module'],
    ['edge-light', 'simdgrad/infer', 'module'],
  ])('on %s, computes with %s', async (condition, name, query) => {
    const program = `
      import { add, capabilities, init, tensor } from '${name}';
      await init({ variant: 'auto', threads: 2 });
      const { threads, reasons } = capabilities();
      console.log(JSON.stringify({ sum: add(tensor([1]), tensor([2])).toArray(), threads, reasons }));
    `;
    const argv = [
      '-C',
      condition,
      '--import',
      script(register),
      '--input-type=module',
      '-e',
      program,
    ];
    const { stdout, stderr } = await run('node', argv, { cwd: project });
    expect(stderr).toBe(`imported ${query}\n`);
    expect(JSON.parse(stdout)).toEqual({
      sum: [3],
      threads: 1,
      reasons: [
        'variant: the source holds no relaxed kernels',
        'threads: the module given as source is compiled without shared memory; give its bytes',
      ],
    });
  });

  test('finds the script of the worker threads by its subpath', async () => {
    const result = await runProgram(`
      import { capabilities, init } from 'simdgrad';
      const workerScript = new URL(import.meta.resolve('simdgrad/pool-worker.js'));
      await init({ threads: 2, workerScript });
      console.log(JSON.stringify({ file: workerScript.pathname, threads: capabilities().threads }));
    `);
    expect(result).toEqual({
      file: expect.stringMatching(/\/dist\/pool-worker\.js$/),
      threads: 2,
    });
  });

  test('gets the same objects from every entry', async () => {
    const result = await runProgram(`
      import * as all from 'simdgrad';
      import * as ops from 'simdgrad/ops';
      import * as data from 'simdgrad/data';
      import * as node from 'simdgrad/node';
      import * as inline from 'simdgrad/inline';
      const differing = (entry) => Object.keys(entry).filter((name) => entry[name] !== all[name]);
      const missing = Object.keys(all).filter((name) => !(name in inline));
      const parts = [ops, data].map((entry) => Object.keys(entry).length > 5 && differing(entry));
      console.log(JSON.stringify({ parts, missing, extra: 'fit' in ops || 'strokes' in ops, node: 'loadDataset' in node }));
    `);
    // A worker's script loads the kernels from their file.
    const missing = ['serveModel'];
    expect(result).toEqual({ parts: [[], []], missing, extra: false, node: true });
  });

  test('sees the names of errors and layers, though the code is minified', async () => {
    const result = await runProgram(`
      import { Conv2d, conv2d, init, ones, saveModel, Sequential, summary, zeros } from 'simdgrad';
      await init();
      const model = new Sequential(new Conv2d(1, 2, 3));
      const message = (f) => { try { f() } catch (error) { return String(error) } };
      console.log(JSON.stringify([
        message(() => zeros([-1])),
        message(() => conv2d(ones([1, 3, 3, 1]), ones([1, 1, 1, 1]), undefined, { stride: ones([1]) })),
        summary(model, [5, 5, 1]).layers[0].type,
        JSON.parse(saveModel(model).json).architecture.type,
      ]));
    `);
    expect(result).toEqual([
      expect.stringMatching(/^ShapeError: /),
      expect.stringMatching(/got a Tensor$/),
      'Conv2d',
      'Sequential',
    ]);
  });
});

describe('the variant', () => {
  const runVariant = (variant: string, flags: string[]) =>
    runProgram(
      `
      import { capabilities, init, ones, linear } from 'simdgrad';
      await init({ variant: '${variant}' });
      const { variant, reasons } = capabilities();
      const [sum] = linear(ones([1, 5]), ones([5, 1])).data();
      console.log(JSON.stringify({ variant, reasons, sum }));
    `,
      ...flags,
    );
  // Node 20 has it behind a flag, later versions have it without.
  const withRelaxed = process.version.startsWith('v20.')
    ? ['--experimental-wasm-relaxed-simd']
    : [];

  test('is the baseline unless another is asked for', async () => {
    const reasons = ["variant: init({ variant: 'auto' }) was not asked for"];
    expect(await runVariant('simd', withRelaxed)).toEqual({ variant: 'simd', reasons, sum: 5 });
  });

  test('is the relaxed one on request where the engine accepts it', async () => {
    const expected = { variant: 'relaxed', reasons: [], sum: 5 };
    expect(await runVariant('auto', withRelaxed)).toEqual(expected);
    expect(await runVariant('relaxed', withRelaxed)).toEqual(expected);
  });

  test.skipIf(withRelaxed.length === 0)(
    'falls back, or refuses, where the engine does not',
    async () => {
      const reasons = ['variant: this engine does not accept relaxed SIMD'];
      expect(await runVariant('auto', [])).toEqual({ variant: 'simd', reasons, sum: 5 });
      await expect(runVariant('relaxed', [])).rejects.toThrow(
        "init: variant: this engine does not accept relaxed SIMD; use 'auto' to fall back",
      );
    },
  );
});
