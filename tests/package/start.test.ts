import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);
const LIBRARY = new URL('../../dist/index.js', import.meta.url).href;

/** Whether Node has loaded its implementation of `fetch` after running `program`. */
async function loadsFetch(program: string): Promise<boolean> {
  const report = `console.log(process.moduleLoadList.some((name) => name.endsWith('undici/undici')))`;
  const source = `${program};${report}`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', source]);
  return stdout.trim() === 'true';
}

// Node loads `fetch`, `Response` and their like when they are first named: 20 to 25 ms of the start of a process.
test('the start in Node does not load what it does not need', async () => {
  expect(await loadsFetch('Response')).toBe(true);
  const init = `const { init } = await import('${LIBRARY}'); await init()`;
  expect(await loadsFetch(init)).toBe(false);
});
