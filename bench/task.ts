// What every implementation is asked to do, and the right answer to it.

import { makeInputs, type Adapter, type PreparedRun } from './adapter.js';
import { LENET } from './lenet.js';
import { expectedResult } from './reference.js';
import { expectedLosses, LOSS_TOLERANCE, prepareTrainer } from './train.js';
import { flops, type OpPass, type Pass, type Workload } from './workloads.js';

/** One pass of a workload. */
export interface OpTask {
  readonly suite: 'ops' | 'grads';
  readonly workload: Workload;
  readonly pass: OpPass;
}

/** A training step of LeNet. */
export interface TrainTask {
  readonly suite: 'train';
}

/** Plain data: it is sent to other processes. */
export type Task = OpTask | TrainTask;

/** Of ops and grads: the largest error allowed, as a share of the largest expected magnitude. */
export const OP_TOLERANCE = 1e-4;

export interface Answer {
  readonly expected: Float32Array;
  /** Largest error allowed, as a share of max|expected|. */
  readonly tolerance: number;
}

export async function answerTo(task: Task): Promise<Answer> {
  if (task.suite === 'train') {
    return { expected: await expectedLosses(), tolerance: LOSS_TOLERANCE };
  }
  const { workload, pass } = task;
  const expected = expectedResult(workload, pass, makeInputs(workload));
  return { expected, tolerance: OP_TOLERANCE };
}

export interface TaskLabels {
  readonly suite: Task['suite'];
  readonly id: string;
  readonly pass: Pass;
}

export function labelsOf(task: Task): TaskLabels {
  if (task.suite === 'train') return { suite: 'train', id: LENET.id, pass: 'train' };
  return { suite: task.suite, id: task.workload.id, pass: task.pass };
}

/** Floating-point operations; 0 where they are not counted. */
export function operationsOf(task: Task): number {
  return task.suite === 'train' ? 0 : flops(task.workload);
}

/** Ready to run; null where the implementation cannot do it. */
export async function prepareTask(adapter: Adapter, task: Task): Promise<PreparedRun | null> {
  if (task.suite === 'train') return prepareTrainer(adapter);
  const { workload, pass } = task;
  return adapter.prepare(workload, pass, makeInputs(workload));
}
