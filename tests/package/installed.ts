import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll } from 'vitest';

export const run = promisify(execFile);

/** A user's project. */
export let project: string;
/** What npm says of the packed library. */
export let packed: { files: { path: string }[]; filename: string };

/** Installs the packed library in a project, once for a file of tests. */
export function installPackage(): void {
  beforeAll(async () => {
    project = await mkdtemp(join(tmpdir(), 'simdgrad-user-'));
    const options = ['--json', '--ignore-scripts', '--pack-destination', project];
    const { stdout } = await run('npm', ['pack', ...options]);
    [packed] = JSON.parse(stdout) as [typeof packed];
    await writeFile(join(project, 'package.json'), JSON.stringify({ type: 'module' }));
    await run('npm', ['install', '--prefer-offline', '--no-audit', `./${packed.filename}`], {
      cwd: project,
    });
  });

  afterAll(() => rm(project, { recursive: true, force: true }));
}

/** Runs a program of the project. @returns what it logs, from JSON */
export async function runProgram(program: string, ...flags: string[]): Promise<unknown> {
  const argv = [...flags, '--input-type=module', '-e', program];
  return JSON.parse((await run('node', argv, { cwd: project })).stdout) as unknown;
}
