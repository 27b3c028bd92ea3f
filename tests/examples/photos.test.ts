// A photograph, classified by a real MobileNet in the runtime of Cloudflare Workers.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { build } from 'esbuild';
import { encode } from 'fast-png';
import { expect, onTestFinished, test } from 'vitest';
import { dataDir, describeWithData } from '../data/support.js';
import { createProject, runtime } from './project.js';

const WORKERD = runtime('@cloudflare/workerd-linux-64/bin/workerd');
const MODEL = `${dataDir}real-models/mobilenet-v1-0.25-224`;
/** What a worker may take. */
const MAX_BYTES = 128 * 2 ** 20;

const CONFIG = `
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "photos", worker = .photos)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "photos")],
);
const photos :Workerd.Worker = (
  modules = [
    (name = "worker.js", esModule = embed "bundle/worker.js"),
    (name = "simdgrad-infer.wasm", wasm = embed "bundle/simdgrad-infer.wasm"),
    (name = "model.tflite", data = embed "bundle/model.tflite"),
    (name = "labels.txt", text = embed "bundle/labels.txt"),
  ],
  compatibilityDate = "2026-01-01",
);`;

/** As wrangler does: one module, and beside it what its rules say is wasm, data or text. */
async function bundle(example: string): Promise<void> {
  await build({
    entryPoints: [join(example, 'worker.js')],
    outdir: join(example, '../../bundle'),
    bundle: true,
    format: 'esm',
    conditions: ['workerd'],
    loader: { '.wasm': 'copy', '.tflite': 'copy', '.txt': 'copy' },
    assetNames: '[name]',
    external: ['node:*'],
  });
}

/** Starts the worker; gives its address. */
async function serve(project: string): Promise<string> {
  const server: ChildProcess = spawn(WORKERD, ['serve', '--control-fd=3', 'config.capnp'], {
    cwd: project,
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  });
  onTestFinished(async () => {
    server.kill();
    if (server.exitCode === null && server.signalCode === null) await once(server, 'exit');
  });
  const [line] = (await once(createInterface(server.stdio[3] as Readable), 'line')) as [string];
  return `http://127.0.0.1:${(JSON.parse(line) as { port: number }).port}/`;
}

interface Answer {
  readonly top: { readonly class: string; readonly probability: number }[];
  readonly memory: { readonly bytes: number };
  readonly error?: string;
}

describeWithData('real-models/mobilenet-v1-0.25-224', () => {
  test.skipIf(!existsSync(WORKERD) && !process.env.CI)(
    'a worker says what is in a photograph, within the memory that it may take',
    async () => {
      const project = await createProject();
      const example = join(project, 'examples/cloudflare-photos');
      await copyFile(join(MODEL, 'model.tflite'), join(example, 'model.tflite'));
      const labels = Array.from({ length: 1001 }, (_, i) => `class ${i}`);
      await writeFile(join(example, 'labels.txt'), `${labels.join('\n')}\n`);
      await writeFile(join(project, 'config.capnp'), CONFIG);
      await bundle(example);
      const url = await serve(project);
      const ask = async (body: BodyInit) => {
        const response = await fetch(url, { method: 'POST', body });
        return { status: response.status, answer: (await response.json()) as Answer };
      };
      const data = new Uint8Array(await readFile(join(MODEL, 'input_0.u8')));
      const kitten = new Uint8Array(encode({ width: 224, height: 224, channels: 3, data }));
      const { status, answer } = await ask(kitten);
      expect({ status, error: answer.error }).toEqual({ status: 200, error: undefined });
      // What LiteRT makes of the same bytes.
      const expected = [
        [282, 0.592038],
        [286, 0.209295],
        [283, 0.111187],
      ] as const;
      expected.forEach(([label, probability], i) => {
        expect(answer.top[i]!.class).toBe(`class ${label}`);
        expect(answer.top[i]!.probability).toBeCloseTo(probability, 3);
      });
      const large = new Uint8Array(
        encode({ width: 2048, height: 1536, channels: 3, data: new Uint8Array(2048 * 1536 * 3) }),
      );
      for (let i = 0; i < 3; i++) {
        const { memory } = (await ask(large)).answer;
        expect(memory.bytes).toBe(answer.memory.bytes);
      }
      expect(answer.memory.bytes).toBeLessThan(MAX_BYTES / 2);
      expect(await ask(new Uint8Array(3))).toMatchObject({
        status: 400,
        answer: { error: 'expected a PNG picture, got 3 bytes' },
      });
    },
  );
});
