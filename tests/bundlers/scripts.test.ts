import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'vitest';
import { describePages } from './support/browser.js';
import { createProject, PACKAGE } from './support/project.js';
import { CSP, ISOLATION, serveFolder } from './support/servers.js';

const BY_PATH = { library: './simdgrad/index.js' };

describePages((expectPage) => {
  test.each([
    ['a path', BY_PATH, '', {}, /^1;/],
    ['an import map', { fixture: 'import-map' }, '', {}, /^1;/],
    ['a path, with threads and a policy', BY_PATH, '?threads=2', { ...ISOLATION, ...CSP }, /^2;/],
  ])(
    'a script that imports the library by %s learns the bits of Node',
    async (kind, project, query, headers, threads) => {
      const name = `script by ${kind}`;
      const folder = await createProject(name, project);
      await cp(join(PACKAGE, 'dist'), join(folder, 'simdgrad'), { recursive: true });
      await using site = await serveFolder(folder, headers);
      await expectPage(site.url + query, name, threads);
    },
  );
});
