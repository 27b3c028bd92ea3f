// The tests that docs/security.md names are there.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** The files in the last column, each with the titles behind it. */
function named(): [path: string, titles: string[]][] {
  const rows = readFileSync('docs/security.md', 'utf8').split('\n');
  const cells = rows.filter((row) => row.startsWith('| ')).map((row) => row.split(' | ')[2]!);
  return cells.flatMap((cell) =>
    cell
      .split('; ')
      .filter((entry) => entry.startsWith('`tests/'))
      .map((entry): [string, string[]] => [
        /`(.*?)`/.exec(entry)![1]!,
        Array.from(entry.matchAll(/"(.*?)"/g), ([, title]) => title!),
      ]),
  );
}

test('every class of advisories has its tests', () => {
  const found = named();
  expect(found.length).toBeGreaterThan(30);
  for (const [path, titles] of found) {
    const file = readFileSync(path, 'utf8');
    expect(titles.length, path).toBeGreaterThan(0);
    for (const title of titles) expect(file, `${path}: ${title}`).toContain(`'${title}'`);
  }
});
