import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createProject, run } from './project.js';

test('node.mjs trains, saves, loads and classifies', async () => {
  const project = await createProject();
  const { stdout } = await run('node', ['node.mjs', 'out'], { cwd: join(project, 'examples') });
  const [, accuracy] = /validationAccuracy: ([\d.]+)\n}\na (\d) is taken for a \2\n$/.exec(stdout)!;
  expect(Number(accuracy)).toBeGreaterThan(0.95);
  const json = await readFile(join(project, 'examples/out/model.json'), 'utf8');
  expect(JSON.parse(json)).toMatchObject({ format: 'simdgrad-model' });
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
