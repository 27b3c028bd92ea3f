import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';

const cli = resolve('dist/cli.js');

export interface Outcome {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface Results {
  testAccuracy: number;
  testLoss: number;
  epochs: Record<string, number>[];
  imagesPerSecond: number;
  weightsSha256: string;
}

/** Where the command runs. */
export let folder: string;
/** The results of `RUN`, in the folder reference. */
export let reference: Results;

export const at = (...path: string[]) => join(folder, ...path);

/** A run of 750 steps. */
export const RUN =
  '--train-size 1500 --test-size 100 --epochs 2 --batch-size 4 --lr 0.002 --seed 7'.split(' ');

/** Trains the reference in a folder of its own, once for a file of tests. */
export function trainReference(): void {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'simdgrad-cli-'));
    reference = await trainJson(...RUN, '--out', 'reference');
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));
}

export function start(args: string[], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, [cli, ...args], {
    cwd: folder,
    env: { ...process.env, SIMDGRAD_CACHE: at('cache'), ...env },
  });
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  const done = new Promise<Outcome>((end) =>
    child.on('close', (code, signal) => end({ code, signal, stdout: stdout(), stderr: stderr() })),
  );
  return { child, done };
}

function collect(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString();
}

export const simdgrad = (...args: string[]) => start(args).done;

/** Trains with the results on the standard output. */
export async function trainJson(...args: string[]): Promise<Results> {
  const outcome = await simdgrad('train', ...args, '--json', '-');
  expect(outcome).toMatchObject({ code: 0, signal: null });
  return JSON.parse(outcome.stdout) as Results;
}
