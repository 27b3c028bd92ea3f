import { expect, test } from 'vitest';
import { describePages } from './support/browser.js';
import { bundle, createProject, learnInNode, runInNode } from './support/project.js';
import { startServer } from './support/servers.js';

describePages((expectPage) => {
  test.each([
    ['without configuration', undefined, '', /^1;/],
    ['with the documented one', 'vite', '?threads=2', /^2;/],
  ])(
    "a page of Vite's server %s learns the bits of Node",
    async (kind, fixture, query, threads) => {
      const name = `vite server ${kind}`;
      const folder = await createProject(name, { fixture });
      const command = ['vite', '--host', '127.0.0.1', '--strictPort', '--port'];
      await using site = await startServer(folder, command);
      await expectPage(site.url + query, name, threads);
    },
  );

  test('a page of Next.js is rendered on the server and learns the bits of Node, as routes of the edge runtime do', async () => {
    const folder = await createProject('next', { fixture: 'next' });
    await bundle(folder, ['next', 'build']);
    await using site = await startServer(folder, ['next', 'start', '-H', '127.0.0.1', '-p']);
    const html = await (await fetch(site.url)).text();
    expect(html).toContain('Digits <!-- -->0, 1, 2, 3, 4, 5, 6, 7, 8, 9</h1>');
    await expectPage(site.url, 'next', /^2;/);
    const edge = await fetch(`${site.url}edge`);
    expect(await edge.json()).toEqual(await learnInNode());
    const ops = await fetch(`${site.url}edge-ops`);
    const gradient = await runInNode(`
      import { convolutionGradient } from './gradient.js';
      console.log(JSON.stringify(await convolutionGradient()));
    `);
    expect(gradient).toHaveLength(108);
    expect(await ops.json()).toEqual(gradient);
  });
});
