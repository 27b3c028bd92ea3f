import { capabilities, init } from 'simdgrad';
import { prepareJs, prepareSimdgrad } from '../../src/cli/bench/passes.js';
import { measurePeak } from '../../src/cli/bench/peak.js';
import type { RecordedPass } from '../../src/cli/bench/recorded-op.js';
import { sample, warmUp } from '../../src/cli/bench/sampling.js';
import type { Implementation, Reply, Request, Started } from './protocol.js';

// One implementation at one task, in a thread of its own: the page's JavaScript engine and memory do not disturb it.

const port = globalThis as unknown as {
  postMessage(message: Reply): void;
  onmessage: ((event: MessageEvent<Request>) => void) | null;
};

const WARMUP_MS = 150;

let prepared: RecordedPass;

async function started(request: Extract<Request, { type: 'start' }>): Promise<Started> {
  const { implementation, task } = request;
  const runsOn = await prepare(implementation);
  prepared = implementation.name === 'js' ? prepareJs(task) : prepareSimdgrad(task);
  const runMs = await warmUp(prepared, WARMUP_MS);
  return { ...runsOn, runMs, output: prepared.output() };
}

async function prepare({
  name,
  threads,
}: Implementation): Promise<Omit<Started, 'runMs' | 'output'>> {
  if (name === 'js') return { variant: name, threads: 1 };
  // `auto` is relaxed where the engine has it: asked for by its name it would be an error.
  await init({ variant: name === 'relaxed' ? 'auto' : name, threads });
  return capabilities();
}

async function answer(request: Request): Promise<Started | number> {
  if (request.type === 'peak') return measurePeak(false);
  if (request.type === 'sample') return sample(prepared, request.repetitions);
  const { variant, threads, runMs, output } = await started(request);
  return { variant, threads, runMs, output };
}

port.onmessage = async ({ data }) => {
  try {
    port.postMessage({ result: await answer(data) });
  } catch (error) {
    port.postMessage({ error: String(error) });
  }
};
