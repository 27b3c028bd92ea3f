import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { build } from 'esbuild';
import { encode } from 'fast-png';
import { describe, expect, onTestFinished, test } from 'vitest';
import { strokes } from '../../src/data/strokes.js';
import { BUN, createProject, DENO, runtime } from './project.js';

interface Server {
  readonly name: string;
  readonly command: string;
  /** Starts it in the project; gives its port. */
  start(command: string, project: string): Promise<string>;
}

const servers: Server[] = [
  {
    name: 'cloudflare/worker.js in workerd',
    command: runtime('@cloudflare/workerd-linux-64/bin/workerd'),
    async start(command, project) {
      await bundle(join(project, 'examples/cloudflare'));
      await writeFile(join(project, 'config.capnp'), WORKERD);
      const server = launch(command, ['serve', '--control-fd=3', 'config.capnp'], project);
      return portIn(server.stdio[3] as Readable, /"port":(\d+)/);
    },
  },
  {
    name: 'deno/server.js',
    command: DENO,
    async start(command, project) {
      const flags = ['run', '--no-prompt', '--allow-net=0.0.0.0', `--allow-read=${project}`];
      const server = launch(command, [...flags, 'examples/deno/server.js', '0'], project);
      return portIn(server.stderr!, /Listening on \S+:(\d+)/);
    },
  },
  {
    name: 'bun/server.js',
    command: BUN,
    async start(command, project) {
      const server = launch(command, ['examples/bun/server.js', '0'], project);
      return portIn(server.stdout!, /Listening on \S+:(\d+)/);
    },
  },
];

const WORKERD = `
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "digits", worker = .digits)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "digits")],
);
const digits :Workerd.Worker = (
  modules = [
    (name = "worker.js", esModule = embed "bundle/worker.js"),
    (name = "simdgrad.wasm", wasm = embed "bundle/simdgrad.wasm"),
    (name = "model.safetensors", data = embed "bundle/model.safetensors"),
  ],
  compatibilityDate = "2026-01-01",
);`;

/** As wrangler does: one module, and beside it what its rules say is wasm or data. */
async function bundle(example: string): Promise<void> {
  await build({
    entryPoints: [join(example, 'worker.js')],
    outdir: join(example, '../../bundle'),
    bundle: true,
    format: 'esm',
    conditions: ['workerd'],
    loader: { '.wasm': 'copy', '.safetensors': 'copy' },
    assetNames: '[name]',
    external: ['node:*'],
  });
}

/** A server that is ended after the test. */
function launch(command: string, argv: string[], cwd: string): ChildProcess {
  const env = { ...process.env, NO_COLOR: '1' };
  const server = spawn(command, argv, { cwd, env, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
  onTestFinished(async () => {
    server.kill();
    if (server.exitCode === null && server.signalCode === null) await once(server, 'exit');
  });
  return server;
}

async function portIn(output: Readable, pattern: RegExp): Promise<string> {
  const lines: string[] = [];
  for await (const line of createInterface(output)) {
    lines.push(line);
    const found = pattern.exec(line);
    if (found) return found[1]!;
  }
  throw new Error(`the server named no port: ${lines.join('\n')}`);
}

/** A digit as a picture: `zoom` times as large, in colour and dark on white where told. */
function png(digit: Uint8Array, { zoom = 1, onPaper = false } = {}): Uint8Array<ArrayBuffer> {
  const size = 28 * zoom;
  const channels = onPaper ? 3 : 1;
  const data = new Uint8Array(size * size * channels).map((_, i) => {
    const pixel = Math.floor(i / channels);
    const [x, y] = [pixel % size, Math.floor(pixel / size)];
    const ink = digit[28 * Math.floor(y / zoom) + Math.floor(x / zoom)]!;
    return onPaper ? 255 - ink : ink;
  });
  return new Uint8Array(encode({ width: size, height: size, data, channels, depth: 8 }));
}

describe.each(servers)('$name', ({ command, start }) => {
  // On CI the runtime has to be there: a missing one is a failure, not a skip.
  test.skipIf(!existsSync(command) && !process.env.CI)(
    'classifies posted digits, and says what is wrong with other requests',
    async () => {
      const project = await createProject();
      const url = `http://127.0.0.1:${await start(command, project)}/`;
      const ask = async (body: Uint8Array<ArrayBuffer>) => {
        const response = await fetch(url, { method: 'POST', body });
        return { status: response.status, answer: (await response.json()) as unknown };
      };
      const digits = strokes({ count: 20, seed: 99 });
      let right = 0;
      for (let i = 0; i < digits.length; i++) {
        const looks = i % 2 === 0 ? {} : { zoom: 4, onPaper: true };
        const { answer } = await ask(png(digits.raw(i) as Uint8Array, looks));
        const { digit, probabilities } = answer as { digit: number; probabilities: number[] };
        expect(probabilities.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
        if (digit === digits.labels[i]) right++;
      }
      expect(right).toBeGreaterThanOrEqual(18);
      expect((await fetch(url)).status).toBe(405);
      const error = 'expected a PNG picture, got 3 bytes';
      expect(await ask(new Uint8Array(3))).toEqual({ status: 400, answer: { error } });
      expect(await ask(png(digits.raw(0) as Uint8Array, { zoom: 40 }))).toMatchObject({
        status: 400,
        answer: { error: 'expected a PNG picture of at most 1024x1024, got 1120x1120' },
      });
    },
  );
});
