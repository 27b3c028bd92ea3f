import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { describePages } from './support/browser.js';
import { bundle, createProject } from './support/project.js';
import { CSP, ISOLATION, serveFolder } from './support/servers.js';

const COMMANDS = {
  vite: ['vite', 'build'],
  webpack: ['webpack'],
  esbuild: ['node', 'build.js'],
  rollup: ['rollup', '-c'],
};

describePages((expectPage) => {
  describe.each(Object.entries(COMMANDS))('built with %s', (fixture, command) => {
    let dist: string;

    beforeAll(async () => {
      const folder = await createProject(fixture, { fixture });
      dist = join(folder, 'dist');
      expect(await bundle(folder, command)).not.toMatch(/warning|error/i);
      // Vite writes the page itself.
      if (fixture !== 'vite') await copyFile(join(folder, 'index.html'), join(dist, 'index.html'));
    });

    test.each([
      ['a page', '', {}, /^1;/],
      ['a page with a content security policy', '', CSP, /^1;/],
      ['two threads of an isolated page', '?threads=2', { ...ISOLATION, ...CSP }, /^2;/],
      ['a page without isolation', '?threads=2', {}, /^1;.* not cross-origin isolated/],
    ])('%s learns the bits of Node', async (kind, query, headers, threads) => {
      await using site = await serveFolder(dist, headers);
      await expectPage(site.url + query, `${fixture} ${kind}`, threads);
    });
  });
});
