import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const run = promisify(execFile);

let dist: string;

/** A copy of the built library, so that a test may spoil a file of it. */
beforeAll(async () => {
  dist = await mkdtemp(join(tmpdir(), 'simdgrad-worker-'));
  await cp('dist', dist, { recursive: true });
});

afterAll(() => rm(dist, { recursive: true, force: true }));

/** Runs a program in a Node of its own, which has to end by itself; what it prints, as JSON. */
async function runProgram(program: string): Promise<unknown> {
  const source = program.replace(
    /from '\.\/([\w-]+)'/g,
    (_, name) => `from '${pathToFileURL(join(dist, `${name}.js`)).href}'`,
  );
  const argv = ['--input-type=module', '-e', source];
  const { stdout } = await run('node', argv, { timeout: 60_000 });
  return JSON.parse(stdout);
}

/** A small network, and what it learns, in the programs below. */
const SETUP = `
  import { createModelWorker, DisposedError, InitError } from './worker';
  import * as simdgrad from './index';
  const model = {
    type: 'Sequential',
    layers: [{ type: 'Flatten' }, { type: 'Linear', inFeatures: 16, outFeatures: 3 }],
  };
  const random = new simdgrad.Random(1);
  const data = {
    inputs: Float32Array.from({ length: 64 * 16 }, () => random.uniform()),
    inputShape: [4, 4, 1],
    labels: Array.from({ length: 64 }, () => random.integer(3)),
    classNames: ['a', 'b', 'c'],
  };
  const optimizer = { name: 'Adam', lr: 0.01 };
  const print = (value) => console.log(JSON.stringify(value));
`;

describe('a model in a worker of Node', () => {
  test('trains to the bits of the main thread; nothing is left open', async () => {
    const { inWorker, inMain } = (await runProgram(`${SETUP}
      const worker = await createModelWorker(model, { seed: 4 });
      await worker.fit(data, { optimizer, epochs: 3, seed: 5 });
      const trained = await worker.save();
      await worker.terminate();
      await simdgrad.init();
      simdgrad.manualSeed(4);
      const same = simdgrad.layerFromConfig(model);
      const options = { optimizer: new simdgrad.Adam(same.parameters(), { lr: 0.01 }), epochs: 3, seed: 5 };
      await simdgrad.fit(same, new simdgrad.Dataset(data), options);
      const { model: loaded } = simdgrad.loadModel(trained);
      print({ inWorker: await simdgrad.weightsSha256(loaded), inMain: await simdgrad.weightsSha256(same) });
    `)) as { inWorker: string; inMain: string };
    expect(inWorker).toMatch(/^[0-9a-f]{64}$/);
    expect(inWorker).toBe(inMain);
  });

  test('keeps the main thread free, and stops on abort and on terminate', async () => {
    const result = await runProgram(`${SETUP}
      const worker = await createModelWorker(model);
      const controller = new AbortController();
      const training = { optimizer, epochs: 1e9 };
      let ticks = 0;
      const timer = setInterval(() => ++ticks === 5 && controller.abort(new Error('enough')), 10);
      const reason = await worker.fit(data, { ...training, signal: controller.signal }).catch(String);
      clearInterval(timer);
      const { shape } = await worker.predict(data.inputs, [64, 4, 4, 1], { transfer: true });
      const pending = worker.fit({ ...data, inputs: new Float32Array(64 * 16) }, training).catch((error) => error);
      await worker.terminate();
      print({ reason, shape, detached: data.inputs.length, disposed: (await pending) instanceof DisposedError });
    `);
    expect(result).toEqual({
      reason: 'Error: enough',
      shape: [64, 3],
      detached: 0,
      disposed: true,
    });
  });

  test('throws errors of the classes that the library exports', async () => {
    const result = await runProgram(`${SETUP}
      const worker = await createModelWorker(model);
      const error = await worker.predict(new Float32Array(8), [1, 4, 2, 1]).catch((error) => error);
      await worker.terminate();
      print({ same: error instanceof simdgrad.ShapeError, message: error.message });
    `);
    expect(result).toMatchObject({ same: true, message: expect.stringContaining('expected 16') });
  });

  test('refuses what was moved before, takes shared memory, and goes on', async () => {
    const result = await runProgram(`${SETUP}
      const worker = await createModelWorker(model);
      const inputs = new Float32Array(16);
      const shape = [1, 4, 4, 1];
      const predict = (values) => worker.predict(values, shape, { transfer: true }).then(({ shape }) => shape, String);
      const training = { optimizer, epochs: 1, transfer: true };
      const fit = (part) => worker.fit(part, training).then(({ length }) => length, String);
      const answers = [
        await predict(inputs),
        await predict(inputs),
        await predict(new Float32Array(new SharedArrayBuffer(64))),
        await predict(new Uint8ClampedArray(16)),
        await fit(data),
        await fit(data),
        await worker.fit(data, { ...training, learningRate: 1 }).catch(String),
        await predict(new Float64Array(16)),
      ];
      await worker.terminate();
      print(answers);
    `);
    const moved = 'expected values, got a Float32Array whose buffer was moved';
    expect(result).toEqual([
      [1, 3],
      `TypeError: predict: inputs: ${moved}`,
      [1, 3],
      [1, 3],
      1,
      `TypeError: fit: data.inputs: ${moved}`,
      expect.stringMatching(/^TypeError: fit: options: .*got learningRate/),
      [1, 3],
    ]);
  });

  test('keeps no process alive where a data script says nonsense', async () => {
    const script = join(dist, 'nonsense.mjs');
    await writeFile(
      script,
      "import { parentPort } from 'node:worker_threads'; setInterval(() => parentPort.postMessage(null), 10);",
    );
    const result = await runProgram(`
      import { WorkerDataset } from './worker';
      const opened = WorkerDataset.open(new URL(${JSON.stringify(pathToFileURL(script).href)}));
      console.log(JSON.stringify(await opened.catch(String)));
    `);
    expect(result).toMatch(/^InitError: WorkerDataset: expected the worker's answers.*got null$/);
  });

  test('that dies rejects what is pending with the reason', async () => {
    const script = "import { parentPort } from 'node:worker_threads';\n";
    const answers = "parentPort.postMessage({ id: data.id, type: 'result', payload: {} })";
    await writeFile(
      join(dist, 'model-worker.js'),
      `${script} parentPort.on('message', (data) => data.type === 'load' ? ${answers} : process.exit(9));`,
    );
    const program = `${SETUP}
      const worker = await createModelWorker(model);
      print(await Promise.all([1, 2].map(() => worker.save().catch(String))));
    `;
    const reason = 'ThreadError: ModelWorker: the worker ended unexpectedly: it exited with code 9';
    expect(await runProgram(program)).toEqual([reason, reason]);
  });

  test('that cannot be started is an InitError', async () => {
    await rm(join(dist, 'model-worker.js'));
    const result = await runProgram(`${SETUP}
      const error = await createModelWorker(model).catch((error) => error);
      print({ typed: error instanceof InitError, message: error.message });
    `);
    expect(result).toMatchObject({
      typed: true,
      message: expect.stringMatching(/Cannot find module .*model-worker\.js/),
    });
  });
});
