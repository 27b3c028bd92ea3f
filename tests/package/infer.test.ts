import { execFile } from 'node:child_process';
import { expect, test } from 'vitest';

const dist = (file: string) => new URL(`../../dist/${file}`, import.meta.url).href;

/** Runs a program in a process of its own. @returns what it logs, from JSON */
function run(program: string): Promise<unknown> {
  const source = `
    const attempt = async (body) => { try { return await body(); } catch (error) { return String(error); } };
    ${program}`;
  return new Promise((resolve, reject) => {
    execFile('node', ['--input-type=module', '-e', source], (error, stdout) =>
      error ? reject(error) : resolve(JSON.parse(stdout)),
    );
  });
}

const LENET = `
  new Sequential(
    new Conv2d(1, 6, 5, { padding: 2 }), new ReLU(), new MaxPool2d(2),
    new Conv2d(6, 16, 5), new ReLU(), new MaxPool2d(2),
    new Flatten(), new Linear(400, 120), new ReLU(), new Linear(120, 84), new ReLU(), new Linear(84, 10),
  )`;

/** The probabilities of LeNet, saved and loaded, for a batch of drawn pictures. */
const lenet = (entry: string, options: object) => `
  import { capabilities, Conv2d, Flatten, init, Linear, loadModel, manualSeed, MaxPool2d, randn, ReLU, saveModel,
    Sequential, softmax, terminate } from '${dist(entry)}';
  await init(${JSON.stringify(options)});
  manualSeed(7);
  const layers = [Sequential, Conv2d, ReLU, MaxPool2d, Flatten, Linear];
  const { model } = loadModel(saveModel(${LENET}), { layers });
  const { variant, threads } = capabilities();
  const output = Array.from(softmax(model.predict(randn([5, 28, 28, 1]))).data());
  console.log(JSON.stringify({ output, variant, threads }));
  await terminate();`;

test.each([{}, { variant: 'auto' }, { threads: 2 }, { precision: 'exact' }])(
  'LeNet has the bits that all kernels give, with %o',
  async (options) => {
    const [all, inference] = await Promise.all(
      ['index.js', 'infer.js'].map((entry) => run(lenet(entry, options))),
    );
    expect(inference).toEqual(all);
    expect((inference as { output: number[] }).output).toHaveLength(50);
  },
);

test('nothing is recorded, and backward says why', async () => {
  const result = await run(`
    import { add, init, tensor } from '${dist('infer.js')}';
    await init();
    const x = tensor([1], [1], { requiresGrad: true });
    const y = add(x, x);
    console.log(JSON.stringify([y.requiresGrad, y.item(), await attempt(() => y.backward())]));`);
  expect(result).toEqual([false, 2, "Error: backward: 'simdgrad/infer' computes no gradients"]);
});

test('with all kernels as source there are gradients', async () => {
  const result = await run(`
    import { add, init, tensor } from '${dist('infer.js')}';
    await init({ source: new URL('${dist('simdgrad.wasm')}') });
    const x = tensor([1], [1], { requiresGrad: true });
    add(x, x).backward();
    console.log(JSON.stringify(x.grad.item()));`);
  expect(result).toBe(2);
});

test.each(['index.js', 'ops.js', 'inline.js'])(
  '%s refuses the kernels for inference',
  async (entry) => {
    const result = await run(`
      import { init } from '${dist(entry)}';
      const source = new URL('${dist('simdgrad-infer.wasm')}');
      const message = await attempt(() => init({ source }));
      await init({ source: new URL('${dist('simdgrad.wasm')}') });
      console.log(JSON.stringify(message));`);
    expect(result).toBe(
      "InitError: init: source: expected all kernels, got those for inference, which 'simdgrad/infer' is for",
    );
  },
);

test('after the init of simdgrad/infer, that of simdgrad is an error', async () => {
  const result = await run(`
    import { init } from '${dist('infer.js')}';
    import { init as initAll } from '${dist('index.js')}';
    await init();
    console.log(JSON.stringify(await attempt(initAll)));`);
  expect(result).toBe(
    "InitError: init: the init of 'simdgrad/infer' was called before, without gradients",
  );
});
