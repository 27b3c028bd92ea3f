import { copyFile, cp } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { describePages } from './support/browser.js';
import { bundle, createProject, PACKAGE, readdress } from './support/project.js';
import { CSP, ISOLATION, serveFolder, startServer } from './support/servers.js';

const COMMANDS = {
  vite: ['vite', 'build'],
  webpack: ['webpack'],
  esbuild: ['node', 'build.js'],
  rollup: ['rollup', '-c'],
};

const ADDRESSES = { simdgrad: './simdgrad/index.js', 'simdgrad/worker': './simdgrad/worker.js' };

/** Webpack warns of the size of scripts for models of other libraries, which this page never loads: of no others. */
function withoutSizeWarning(output: string): string {
  const warning = /WARNING in asset size limit[^]*?(?=\nwebpack )/.exec(output)?.[0] ?? '';
  const assets = Array.from(warning.matchAll(/^ {2}(\S+) \([\d.]+ [KM]iB\)/gm), ([, name]) => name);
  for (const asset of assets) expect(asset).toMatch(/^simdgrad-(onnx|tfjs|tflite)\.js$/);
  return warning ? output.replace(warning, '').replace('compiled with 1 warning', '') : output;
}

/** A project whose page trains by `simdgrad/worker`. */
async function createWorkerProject(name: string, fixture?: string): Promise<string> {
  const folder = await createProject(name, { fixture });
  await cp('tests/bundlers/fixtures/worker', folder, { recursive: true });
  return folder;
}

describePages((expectPage) => {
  describe.each(Object.entries(COMMANDS))(
    'a model and a data set in workers, built with %s',
    (name, command) => {
      let dist: string;

      beforeAll(async () => {
        const folder = await createWorkerProject(`worker ${name}`, name);
        dist = join(folder, 'dist');
        const output = await bundle(folder, command);
        expect(withoutSizeWarning(output)).not.toMatch(/warning|error/i);
        // Vite writes the page itself.
        if (name !== 'vite') await copyFile(join(folder, 'index.html'), join(dist, 'index.html'));
      });

      test.each([
        ['a page with a content security policy', '', CSP, /^1;/],
        ['two threads of an isolated page', '?threads=2', { ...ISOLATION, ...CSP }, /^2;/],
        ['a page without isolation', '?threads=2', {}, /^1;.* not cross-origin isolated/],
      ])('%s learns the bits of Node', async (kind, query, headers, threads) => {
        await using site = await serveFolder(dist, headers);
        await expectPage(site.url + query, `worker ${name} ${kind}`, threads);
      });
    },
  );

  test("workers learn the bits of Node in a page of Vite's server", async () => {
    const folder = await createWorkerProject('worker vite server', 'vite');
    const command = ['vite', '--host', '127.0.0.1', '--strictPort', '--port'];
    await using site = await startServer(folder, command);
    await expectPage(`${site.url}?threads=2`, 'worker vite server', /^2;/);
  });

  test('workers learn the bits of Node in a page of Next.js', async () => {
    const folder = await createWorkerProject('worker next', 'next');
    await bundle(folder, ['next', 'build']);
    await using site = await startServer(folder, ['next', 'start', '-H', '127.0.0.1', '-p']);
    await expectPage(site.url, 'worker next', /^2;/);
  });

  test.each([
    ['a path', undefined, ['digits.js', 'network.js', 'data.js'], CSP],
    // Maps do not reach into workers, and that policy forbids them.
    ['an import map', 'import-map', ['data.js'], {}],
  ])(
    'workers learn the bits of Node where scripts import the library by %s',
    async (kind, fixture, scripts, headers) => {
      const name = `worker script by ${kind}`;
      const folder = await createWorkerProject(name, fixture);
      await readdress(folder, scripts, ADDRESSES);
      await cp(join(PACKAGE, 'dist'), join(folder, 'simdgrad'), { recursive: true });
      await using site = await serveFolder(folder, { ...ISOLATION, ...headers });
      await expectPage(`${site.url}?threads=2`, name, /^2;/);
    },
  );
});
