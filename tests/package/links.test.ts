import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { installPackage, packed, project } from './installed.js';

installPackage();

/** Where the links of a Markdown text lead, without the part after `#`; links within the page are left out. */
function targets(markdown: string): string[] {
  const code = /^```.*?^```/gms;
  const links = markdown.replace(code, '').matchAll(/\]\(([^)\s#]+)[^)]*\)/g);
  return Array.from(links, ([, target]) => target!);
}

test('finds links', () => {
  expect(targets('[a](b.md#c) [d](#e)\n```\n[f](g)\n```\n[h](https://i.org/j "k")')).toEqual([
    'b.md',
    'https://i.org/j',
  ]);
});

test('every link in the Markdown of the package leads into the package, or is absolute', () => {
  const pages = packed.files.map(({ path }) => path).filter((path) => path.endsWith('.md'));
  expect(pages).toEqual(expect.arrayContaining(['README.md', 'docs/bundlers.md']));
  const links = pages.flatMap((page) => {
    const text = readFileSync(join(project, 'node_modules/simdgrad', page), 'utf8');
    return targets(text).map((target) => ({ page, target }));
  });
  expect(links.length).toBeGreaterThan(10);
  const leadsNowhere = ({ page, target }: (typeof links)[number]) =>
    !target.startsWith('https://') &&
    !existsSync(join(project, 'node_modules/simdgrad', dirname(page), target));
  expect(links.filter(leadsNowhere)).toEqual([]);
});

test('absolute links to the repository name files that it holds', () => {
  const address = /https:\/\/github\.com\/simdgrad\/simdgrad\/(?:blob|tree)\/main\/([^)#\s]+)/g;
  const named = Array.from(
    readFileSync('README.md', 'utf8').matchAll(address),
    ([, path]) => path!,
  );
  expect(named.length).toBeGreaterThan(2);
  expect(named.filter((path) => !existsSync(path))).toEqual([]);
});
