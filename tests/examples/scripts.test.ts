import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BUN, createProject, DENO, run } from './project.js';

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
