// Prints what belongs to every op, and fails where a cell is empty: tests/ops/matrix.test.ts in three threads.
import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';

const { status } = spawnSync(
  'npx',
  ['vitest', 'run', '--project', 'debug', '--reporter', 'dot', 'tests/ops/matrix.test.ts'],
  { stdio: 'inherit', shell: true, env: { ...process.env, SIMDGRAD_THREADS: '3' } },
);
console.log(await readFile('build/matrix.md', 'utf8'));
process.exitCode = status ?? 1;
