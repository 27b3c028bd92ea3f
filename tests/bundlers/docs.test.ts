import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CSP, ISOLATION } from './support/servers.js';

const docs = await readFile('docs/bundlers.md', 'utf8');
const configurations = [...docs.matchAll(/^```js\n\/\/ (\S+)\n(.*?)^```/gms)];

test.each([
  ['vite', 'vite.config.js'],
  ['webpack', 'webpack.config.js'],
  ['next', 'next.config.js'],
  ['esbuild', 'build.js'],
  ['rollup', 'rollup.config.js'],
  ['worker', 'build.js'],
  ['worker', 'rollup.config.js'],
])('docs/bundlers.md shows the configuration of the fixture %s: %s', async (fixture, file) => {
  const shown = configurations.flatMap(([, name, code]) => (name === file ? [code] : []));
  expect(shown).toContain(await readFile(join('tests/bundlers/fixtures', fixture, file), 'utf8'));
});

test('docs/bundlers.md shows the headers that the pages are served with', () => {
  expect(docs).toContain(`\n${CSP['content-security-policy']}\n`);
  for (const value of Object.values(ISOLATION)) expect(docs).toContain(`Policy: ${value}\n`);
});

test('docs/bundlers.md shows the import map of the fixture', async () => {
  const page = await readFile('tests/bundlers/fixtures/import-map/index.html', 'utf8');
  const [shown, used] = [docs, page].map(
    (text) => JSON.parse(/<script type="importmap">(.*?)<.script>/s.exec(text)![1]!) as unknown,
  );
  expect(shown).toEqual(used);
});
