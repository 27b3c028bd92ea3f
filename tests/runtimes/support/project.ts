import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { init, manualSeed, saveModel } from '../../../src/index.js';
import { NETS } from '../../formats/nets.js';
import type { Answer } from './answer.js';

const execute = promisify(execFile);
const here = join(import.meta.dirname, '..');

/** A new project that has installed the packed library, with the program, its hosts and the bundles of two of them. */
export async function createProject(): Promise<string> {
  const project = await mkdtemp(join(tmpdir(), 'simdgrad-runtimes-'));
  const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', project];
  const [packed] = JSON.parse((await execute('npm', pack)).stdout) as [{ filename: string }];
  await writeFile(join(project, 'package.json'), '{ "private": true, "type": "module" }');
  const install = ['install', '--ignore-scripts', '--prefer-offline', `./${packed.filename}`];
  await execute('npm', install, { cwd: project });
  await cp(join(here, 'hosts'), project, { recursive: true });
  for (const file of ['program.js', 'worker-program.js']) {
    await cp(join(here, file), join(project, file));
  }
  await writeFile(join(project, 'nets.js'), `export const NETS = ${JSON.stringify(await nets())};`);
  await Promise.all([bundleForWorkerd(project), bundleForClassicWorker(project)]);
  return project;
}

/** Saved nets that hold every layer: the program loads and trains them. */
async function nets(): Promise<unknown[]> {
  await init({ source: await readFile('build/release.wasm') });
  manualSeed(4);
  return NETS.map(([make, [, ...shape], words]) => {
    using model = make();
    const { json, weights } = saveModel(model);
    return { json, weights: [...weights], shape, words };
  });
}

/** The training of worker-program.js in the main thread of Node. */
export async function trainInThread(project: string): Promise<Answer> {
  const program = `
    import * as simdgrad from 'simdgrad';
    import { trainInThread } from './worker-program.js';
    console.log(JSON.stringify(await trainInThread(simdgrad)));
  `;
  const argv = ['--input-type=module', '-e', program];
  return JSON.parse((await execute('node', argv, { cwd: project })).stdout) as Answer;
}

/** One module, and the kernels beside it. */
async function bundleForWorkerd(project: string): Promise<void> {
  await build({
    entryPoints: [join(project, 'worker.js')],
    outdir: join(project, 'workerd'),
    bundle: true,
    format: 'esm',
    conditions: ['workerd'],
    loader: { '.wasm': 'copy' },
    assetNames: '[name]',
    external: ['node:*'],
  });
}

/** One classic script in the place of the module. */
async function bundleForClassicWorker(project: string): Promise<void> {
  await build({
    entryPoints: [join(project, 'bundled-worker.js')],
    outdir: project,
    allowOverwrite: true,
    bundle: true,
    format: 'iife',
    external: ['node:*'],
    logOverride: { 'empty-import-meta': 'silent' },
  });
}
