import { readFileSync } from 'node:fs';
import { bars, network } from '../training/problem.js';
import type { TrainingData } from '../../src/worker/messages.js';
import { ModelWorker } from '../../src/worker/client.js';
import type { Importers } from '../../src/worker/imported-file.js';
import type { ModelWorkerOptions } from '../../src/worker/options.js';
import type { Request, Response } from '../../src/worker/messages.js';
import type { WorkerThread } from '../../src/runtime/worker-thread.js';
import { ModelServer } from '../../src/worker/server.js';

const source = readFileSync('build/release.wasm');

/** The two sides of a worker in one thread, joined by a channel that copies and moves as threads do. */
export class Channel implements WorkerThread {
  readonly #ports = new MessageChannel();
  readonly #server: ModelServer;
  /** Messages that were posted to the worker, and the size of the buffers that the last one moved. */
  posted = 0;
  bytesMoved = 0;
  /** Ends the worker as if it had died. */
  die!: (reason: string) => void;

  constructor(importers: Importers = {}) {
    const { port2 } = this.#ports;
    const post = (response: Response, transfer: Transferable[]) =>
      port2.postMessage(response, transfer);
    this.#server = new ModelServer(post, [], {}, importers);
    port2.onmessage = ({ data }: MessageEvent<Request>) => void this.#server.receive(data);
  }

  /** Sends this from the worker. */
  say(message: unknown): void {
    this.#ports.port2.postMessage(message);
  }

  postMessage(request: unknown, transfer: Transferable[] = []): void {
    const bytes = (transfer as ArrayBuffer[]).map(({ byteLength }) => byteLength);
    this.#ports.port1.postMessage(request, transfer);
    this.posted++;
    this.bytesMoved = bytes.reduce((sum, length) => sum + length, 0);
  }

  listen(received: (message: unknown) => void, ended: (reason: string) => void): void {
    this.#ports.port1.onmessage = ({ data }: MessageEvent<Response>) => received(data);
    this.die = ended;
  }

  unref(): void {}

  async terminate(): Promise<void> {
    this.#ports.port1.close();
    // What a thread would no longer do.
    for (let id = 0; id < this.posted; id++) void this.#server.receive({ id, type: 'abort' });
  }
}

/** The small network of tests/training, by its architecture, in a worker of the same thread. */
export async function openWorker(
  model: Parameters<typeof ModelWorker.open>[1] = architecture,
  options: ModelWorkerOptions = {},
  importers: Importers = {},
): Promise<{ worker: ModelWorker; channel: Channel }> {
  const channel = new Channel(importers);
  const worker = await ModelWorker.open(() => channel, model, {
    source,
    seed: 1,
    ...options,
  });
  return { worker, channel };
}

const architecture = {
  type: 'Sequential',
  layers: [
    { type: 'Conv2d', inChannels: 1, outChannels: 4, kernelSize: 3, padding: 1 },
    { type: 'ReLU' },
    { type: 'MaxPool2d', kernelSize: 2 },
    { type: 'Flatten' },
    { type: 'Dropout', p: 0.2 },
    { type: 'Linear', inFeatures: 36, outFeatures: 2 },
  ],
};

/** The same values, which are no longer there: their buffer was moved. */
export function moved<Values extends ArrayBufferView>(values: Values): Values {
  structuredClone(values, { transfer: [values.buffer as ArrayBuffer] });
  return values;
}

/** `bars` of tests/training as plain arrays. */
export function barsData(
  count: number,
): TrainingData & { readonly inputs: Float32Array; readonly labels: ArrayLike<number> } {
  const data = bars(count);
  const inputs = new Float32Array(count * 36);
  for (let i = 0; i < count; i++) inputs.set(data.raw(i), i * 36);
  return { inputs, inputShape: [6, 6, 1], labels: data.labels, classNames: data.classNames };
}

export { bars, network, source };
