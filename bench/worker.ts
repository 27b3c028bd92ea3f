// The program of a process that runs one implementation (isolate.ts): answers one request at a time.
//
// Nothing here may detach an ArrayBuffer (transfer it in a message, say): from then on V8 checks every access to a
// typed array in the process, and plain JavaScript runs at two thirds of its speed.

import { sample, warmUp } from '../src/cli/bench/sampling.js';
import type { Adapter, PreparedRun } from './adapter.js';
import type { Started } from './harness.js';
import type { Loaded, Reply, Request } from './isolate.js';
import { prepareTask, type Task } from './task.js';

let adapter: Adapter;
let prepared: PreparedRun;

async function load(registry: string, name: string): Promise<Loaded> {
  const { implementations } = (await import(registry)) as typeof import('./implementations.js');
  adapter = await implementations[name]!();
  return { variant: adapter.variant, threads: adapter.threads };
}

async function start(task: Task, warmupMs: number): Promise<Started | null> {
  const run = await prepareTask(adapter, task);
  if (run === null) return null;
  prepared = run;
  const runMs = await warmUp(prepared, warmupMs);
  return { runMs, output: await prepared.output() };
}

function answer(request: Request): Promise<Loaded | Started | number | null> {
  switch (request.type) {
    case 'load':
      return load(request.registry, request.name);
    case 'start':
      return start(request.task, request.warmupMs);
    case 'sample':
      return sample(prepared, request.repetitions);
  }
}

process.on('message', async (request: Request) => {
  let reply: Reply;
  try {
    reply = { value: await answer(request) };
  } catch (error) {
    reply = { error: String(error) };
  }
  process.send!(reply);
});
