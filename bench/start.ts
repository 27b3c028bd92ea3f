// The start suite: from the start of a process to the first result of LeNet, every time a fresh process, in turns with
// one that does nothing.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ResultRow } from './harness.js';
import { graphOf, nets } from './nets/graph.js';
import { isInstalled } from './peers/load.js';
import { encodeModel } from './peers/onnx.js';
import { netGraph } from './peers/onnx-nets.js';
import { median } from './statistics.js';

const PROGRAMS = new URL('./peers/start/', import.meta.url);
const LIBRARY = new URL('../dist/index.js', import.meta.url);

/** An empty process: what Node itself takes. */
const EMPTY = 'node';
const VARIANTS: Readonly<Record<string, string>> = {
  [EMPTY]: 'empty',
  'ort-node': 'native',
  convnetjs: 'js',
};

/** Those of `names` that have a program. @throws Error where the library is not built */
export async function compareStarts(
  names: readonly string[],
  rounds: number,
): Promise<ResultRow[]> {
  if (!existsSync(LIBRARY)) throw new Error('start: measures the built library: npm run build');
  const programs = readdirSync(PROGRAMS).map((file) => basename(file, '.js'));
  const chosen = [EMPTY, ...names.filter((name) => programs.includes(name))];
  const folder = mkdtempSync(join(tmpdir(), 'simdgrad-start-'));
  try {
    const model = join(folder, 'lenet.onnx');
    if (isInstalled('onnx-proto')) writeFileSync(model, await lenetModel());
    const times = new Map<string, number[]>(chosen.map((name) => [name, []]));
    // Once more at first, to fill the disk's cache.
    for (let round = 0; round <= rounds; round++) {
      for (const name of chosen) {
        const ms = startOnce(name, model);
        if (round > 0) times.get(name)!.push(ms);
      }
    }
    return chosen.map((name) => row(name, times.get(name)!));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function lenetModel(): Promise<Uint8Array> {
  return encodeModel(netGraph(graphOf(nets.find(({ id }) => id === 'lenet')!)));
}

/** Milliseconds; NaN where the program fails. */
function startOnce(name: string, model: string): number {
  const program = fileURLToPath(new URL(`${name}.js`, PROGRAMS));
  const { status, stdout } = spawnSync(process.execPath, [program, model], { encoding: 'utf8' });
  return status === 0 ? Number.parseFloat(stdout) : NaN;
}

function row(impl: string, times: readonly number[]): ResultRow {
  const isTimed = times.every((ms) => ms > 0);
  return {
    ...{ suite: 'start', id: 'lenet', pass: 'infer', impl, variant: VARIANTS[impl] ?? 'simd' },
    ...{ threads: 1, gflops: null, maxAbsError: null },
    msMin: isTimed ? Math.min(...times) : null,
    msMedian: isTimed ? median(times) : null,
    error: isTimed ? null : 'the program failed',
  };
}
