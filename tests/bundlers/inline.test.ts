import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'vitest';
import { describePages } from './support/browser.js';
import { bundle, createProject, PACKAGE } from './support/project.js';
import { CSP, serveFolder } from './support/servers.js';

/** Bundlers that do nothing with `new URL`. */
const COMMANDS = {
  esbuild: ['esbuild', 'main.js', '--bundle', '--format=esm', '--outdir=dist'],
  rollup: ['rollup', 'main.js', '--plugin', 'node-resolve', '--dir', 'dist'],
};

describePages((expectPage) => {
  test('a script that imports the one file learns the bits of Node', async () => {
    const folder = await createProject('inline script', { library: './inline.js' });
    await cp(join(PACKAGE, 'dist/inline.js'), join(folder, 'inline.js'));
    await using site = await serveFolder(folder, CSP);
    await expectPage(site.url, 'inline script', /^1;/);
  });

  test.each(Object.entries(COMMANDS))(
    'a bundle of the one file by %s learns the bits of Node',
    async (bundler, command) => {
      const name = `inline ${bundler}`;
      const folder = await createProject(name, { library: 'simdgrad/inline' });
      await bundle(folder, command);
      await cp(join(folder, 'index.html'), join(folder, 'dist/index.html'));
      await using site = await serveFolder(join(folder, 'dist'), CSP);
      await expectPage(site.url, name, /^1;/);
    },
  );
});
