import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { dataDir, describeWithData } from '../data/support.js';
import { BUN, createProject, DENO, run } from './project.js';

/** The first 4000 of CIFAR-10. */
const PICTURES = 'cifar10/train-000000-003999-lossless.bin.gz';

test('node.mjs trains, saves, loads and classifies', async () => {
  const project = await createProject();
  const { stdout } = await run('node', ['node.mjs', 'out'], { cwd: join(project, 'examples') });
  const [, accuracy] = /validationAccuracy: ([\d.]+)\n}\na (\d) is taken for a \2\n$/.exec(stdout)!;
  expect(Number(accuracy)).toBeGreaterThan(0.95);
  const json = await readFile(join(project, 'examples/out/model.json'), 'utf8');
  expect(JSON.parse(json)).toMatchObject({ format: 'simdgrad-model' });
});

test.each([
  ['regression', /R² (\S+)/, 0.99, 1],
  ['segmentation', /mean IoU (\d\.\d+)/, 0.9, 1],
  ['autoencoder', /noise, (\S+) drawn again/, 0, 0.06],
])('%s.mjs learns what it says', async (name, measure, least, most) => {
  const cwd = await createProject();
  const { stdout } = await run('node', [`examples/${name}.mjs`], { cwd });
  const value = Number(measure.exec(stdout)![1]);
  expect(value).toBeGreaterThan(least);
  expect(value).toBeLessThan(most);
});

describeWithData('models', () => {
  test('fine-tune.mjs teaches SqueezeNet other classes, with the same bits in two threads', async () => {
    const cwd = await createProject();
    const files = ['models/squeezenet1.1/model_fp32.onnx', PICTURES].map((file) => dataDir + file);
    const train = async (threads: string) =>
      (await run('node', ['examples/fine-tune.mjs', ...files, threads], { cwd })).stdout;
    const inOne = await train('1');
    const losses = [...inOne.matchAll(/loss (\S+)/g)].map(([, loss]) => Number(loss));
    expect(losses).toHaveLength(3);
    expect(losses[2]).toBeLessThan(0.6 * losses[0]!);
    expect(inOne).toContain('frozen weights as they were');
    expect(await train('2')).toBe(inOne);
  });
});

describe.each([
  { name: 'Node', command: process.execPath, flags: [] },
  { name: 'Deno', command: DENO, flags: ['run', '--no-prompt', '--allow-read=.'] },
  { name: 'Bun', command: BUN, flags: [] },
])('worker.mjs in $name', ({ command, flags }) => {
  // On CI the runtime has to be there: a missing one is a failure, not a skip.
  test.skipIf(!existsSync(command) && !process.env.CI)(
    'trains off the main thread, and the process ends',
    async () => {
      const cwd = await createProject();
      const { stdout } = await run(command, [...flags, 'examples/worker.mjs'], { cwd });
      expect(stdout).toMatch(/^epoch 1, step \d+ of 94: loss \d/);
      const [, accuracy, ticks] =
        /accuracy in training (\S+); .* (\d+) times\na (\d) is taken for a \3\n$/.exec(stdout)!;
      expect(Number(accuracy)).toBeGreaterThan(0.9);
      expect(Number(ticks)).toBeGreaterThan(10);
    },
  );
});

test('digits/train.mjs makes the model that is there', async () => {
  const script = await readFile('examples/digits/train.mjs', 'utf8');
  const { architecture } = JSON.parse(await readFile('examples/digits/model.json', 'utf8')) as {
    architecture: { layers: { type: string }[] };
  };
  const [, layers] = /new Sequential\((.*?)\n\);/s.exec(script)!;
  const made = [...layers!.matchAll(/new (\w+)/g)].map(([, type]) => type);
  expect(architecture.layers.map(({ type }) => type)).toEqual(made);
});
