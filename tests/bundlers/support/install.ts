import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CHROMIUM, isSkipped } from './chromium.js';
import { MODULES, PACKAGE, WORK } from './project.js';

const run = promisify(execFile);

/** Packs the library and unpacks it, once for all files of tests. */
export default async function install(): Promise<void> {
  if (!existsSync(join(MODULES, 'vite'))) {
    throw new Error('the bundlers are missing: run npm ci --prefix tests/bundlers');
  }
  if (isSkipped) process.stderr.write(`${CHROMIUM} is missing: no page is opened\n`);
  await rm(WORK, { recursive: true, force: true });
  await mkdir(WORK);
  const argv = ['pack', '--json', '--ignore-scripts', '--pack-destination', WORK];
  const { stdout } = await run('npm', argv);
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
  await mkdir(PACKAGE);
  await run('tar', ['-xzf', join(WORK, filename), '-C', PACKAGE, '--strip-components=1']);
}
