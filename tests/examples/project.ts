import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';

export const run = promisify(execFile);

/** A program out of the packages of tests/runtimes. */
export const runtime = (path: string) => resolve('tests/runtimes/node_modules', path);

export const DENO = runtime('@deno/linux-x64-glibc/deno');
export const BUN = runtime('@oven/bun-linux-x64/bin/bun');

/** What the examples need beside the library. */
const PACKAGES = ['fast-png', 'fflate', 'iobuffer'];

/** A copy of the examples in a project that has installed the packed library; removed after the test. */
export async function createProject(): Promise<string> {
  const project = await mkdtemp(join(tmpdir(), 'simdgrad-examples-'));
  onTestFinished(() => rm(project, { recursive: true, force: true }));
  const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', project];
  const [{ filename }] = JSON.parse((await run('npm', pack)).stdout) as [{ filename: string }];
  const modules = join(project, 'node_modules');
  const library = join(modules, 'simdgrad');
  await mkdir(library, { recursive: true });
  await run('tar', ['-xzf', join(project, filename), '-C', library, '--strip-components=1']);
  for (const name of PACKAGES) {
    await cp(join('node_modules', name), join(modules, name), { recursive: true });
  }
  await writeFile(join(project, 'package.json'), '{ "private": true, "type": "module" }');
  await cp('examples', join(project, 'examples'), { recursive: true });
  return project;
}
