import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { describeInBrowser } from './support.js';

const MOST_BYTES = 150 * 1024;

describeInBrowser('the page set', (open) => {
  test('loads at most 150 KB for the first view, kernels included, and says nothing', async () => {
    const { page, problems } = await open('');
    await page.getByRole('button', { name: 'Train', exact: true, disabled: false }).waitFor();
    const files = await page.evaluate(() => {
      const own = performance.getEntriesByType('resource').map(({ name }) => name);
      return own.filter((name) => !name.endsWith('service-worker.js'));
    });
    // What the worker loads is not among the page's own entries.
    const loaded = new Set(['index.html', 'simdgrad.wasm', ...files.map((name) => basename(name))]);
    for (const chunk of importsOf('train-worker.js')) loaded.add(chunk);
    const bytes = [...loaded].map((file) => gzipSync(readFileSync(`dist-web/${file}`)).length);
    const total = bytes.reduce((sum, each) => sum + each, 0);
    expect(total).toBeLessThan(MOST_BYTES);
    expect(problems).toEqual([]);
  });

  test('works without a network after the first load, below any path', async () => {
    const { page, problems } = await open('', { base: '/some/path/', isolated: false });
    await page.evaluate(async () => {
      await navigator.serviceWorker.ready;
    });
    await page.context().setOffline(true);
    await page.reload();
    await page.getByRole('button', { name: 'Train', exact: true, disabled: false }).waitFor();
    expect(problems).toEqual([]);
  });

  test('says what is missing where there is no SIMD', async () => {
    const { page } = await open('');
    await page.addInitScript(() => {
      WebAssembly.validate = () => false;
    });
    await page.reload();
    await page.getByRole('heading', { name: 'This browser cannot run the kernels' }).waitFor();
  });
});

/** The chunks that a script imports as soon as it is loaded. */
function importsOf(file: string): string[] {
  const source = readFileSync(`dist-web/${file}`, 'utf8');
  const found = source.matchAll(/(?:from|import)"\.\/(chunk-\w+\.js)"/g);
  return [...found].flatMap(([, name]) => [name!, ...importsOf(name!)]);
}
