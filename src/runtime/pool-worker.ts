// A thread of the pool: joins jobs until it is terminated. Started by src/runtime/pool.ts.
import {
  ARGUMENTS,
  type Control,
  controlOf,
  FAILED,
  FINISHED,
  JOB,
  type Kernel,
  KERNEL,
  OPEN,
  READY,
  SLEEPING,
  STATE,
  work,
  type WorkerStart,
} from './pool-protocol.js';
import { findPort, type WorkerPort } from './worker-port.js';

/** How long a worker looks for the next job before it sleeps. */
const SPIN_MS = 0.2;
const LOOKS = 64;

function run({ module, memory, control, id, names }: WorkerStart, port: WorkerPort): void {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const kernels = names.map((name) => exports[name] as Kernel);
  port.postMessage(READY);
  serve(controlOf(control), kernels, id);
}

function serve(control: Control, kernels: readonly Kernel[], id: number): never {
  const { cells } = control;
  for (let last = Atomics.load(cells, STATE) & ~(JOB - 1); ;) {
    const state = nextJob(cells, last);
    if (Atomics.compareExchange(cells, STATE, state, state + 1) !== state) continue;
    last = state & ~(JOB - 1);
    join(control, kernels, id);
  }
}

/** The state of an open job other than the last. */
function nextJob(cells: Int32Array, last: number): number {
  for (;;) {
    const end = performance.now() + SPIN_MS;
    do {
      for (let look = 0; look < LOOKS; look++) {
        const state = Atomics.load(cells, STATE);
        if (state & OPEN && (state & ~(JOB - 1)) !== last) return state;
      }
    } while (performance.now() < end);
    sleep(cells, last);
  }
}

function sleep(cells: Int32Array, last: number): void {
  Atomics.add(cells, SLEEPING, 1);
  const state = Atomics.load(cells, STATE);
  const open = state & OPEN && (state & ~(JOB - 1)) !== last;
  if (!open) Atomics.wait(cells, STATE, state);
  Atomics.sub(cells, SLEEPING, 1);
}

function join(control: Control, kernels: readonly Kernel[], id: number): void {
  const { cells, values, message } = control;
  try {
    const given = Array.from(values.subarray(0, cells[ARGUMENTS]));
    work(control, kernels[cells[KERNEL]!]!, given, id);
  } catch (error) {
    if (Atomics.compareExchange(cells, FAILED, 0, id) === 0) {
      const text = String(error).slice(0, message.length);
      for (let i = 0; i < message.length; i++) message[i] = text.charCodeAt(i);
    }
  } finally {
    Atomics.add(cells, FINISHED, 1);
    Atomics.notify(cells, FINISHED);
  }
}

const port = findPort('simdgrad/pool-worker.js');
port.onMessage(
  (start) => run(start as WorkerStart, port),
  () => {
    throw new Error('what it was started with could not be read');
  },
);
