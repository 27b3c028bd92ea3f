// The program of a process that computes one task in one way (contender.ts): answers one request at a time.

import { init } from '../../index.js';
import type { Reply, Request } from './contender.js';
import { prepareJs, prepareSimdgrad } from './passes.js';
import type { RecordedPass } from './recorded-op.js';
import { enableRelaxedSimd } from './relaxed-simd.js';
import { sample, warmUp } from './sampling.js';

const WARMUP_MS = 200;

let prepared: RecordedPass;

async function answer(request: Request): Promise<Reply> {
  if (request.type === 'sample') return sample(prepared, request.repetitions);
  const { implementation, task } = request;
  if (implementation === 'js') {
    prepared = prepareJs(task);
  } else {
    if (implementation === 'relaxed') enableRelaxedSimd();
    await init({ variant: implementation });
    prepared = prepareSimdgrad(task);
  }
  const runMs = await warmUp(prepared, WARMUP_MS);
  return { runMs, output: prepared.output() };
}

process.on('message', async (request: Request) => process.send!(await answer(request)));
