// What every implementation is asked to do, and the right answer to it.

import { makeInputs, type Adapter, type PreparedRun } from './adapter.js';
import { type Graph, graphOf, nets, trainings } from './nets/graph.js';
import { expectedLosses } from './nets/reference-training.js';
import { expectedNetOutput, expectedResult } from './reference.js';
import { LOSS_TOLERANCE, prepareTrainer } from './train.js';
import { flops, type OpPass, type Pass, type Workload } from './workloads.js';

/** One pass of a workload. */
export interface OpTask {
  readonly suite: 'ops' | 'grads';
  readonly workload: Workload;
  readonly pass: OpPass;
}

/** One inference of a network, or a training step, by the id in workloads.json. */
export interface NetTask {
  readonly suite: 'nets' | 'train';
  readonly id: string;
}

/** Plain data: it is sent to other processes. */
export type Task = OpTask | NetTask;

/** The largest error allowed, as a share of the largest expected magnitude: of ops and grads, and of networks. */
export const OP_TOLERANCE = 1e-4;
export const NET_TOLERANCE = 1e-3;

export interface Answer {
  readonly expected: Float32Array;
  /** Largest error allowed, as a share of max|expected|. */
  readonly tolerance: number;
}

export function graphOfTask({ suite, id }: NetTask): Graph {
  return graphOf((suite === 'nets' ? nets : trainings).find((spec) => spec.id === id)!);
}

export function answerTo(task: Task): Answer {
  if (!('workload' in task)) return netAnswerTo(task);
  const { workload, pass } = task;
  const expected = expectedResult(workload, pass, makeInputs(workload));
  return { expected, tolerance: OP_TOLERANCE };
}

function netAnswerTo(task: NetTask): Answer {
  return task.suite === 'nets'
    ? { expected: expectedNetOutput(graphOfTask(task)), tolerance: NET_TOLERANCE }
    : { expected: Float32Array.from(expectedLosses(task.id)), tolerance: LOSS_TOLERANCE };
}

export interface TaskLabels {
  readonly suite: Task['suite'];
  readonly id: string;
  readonly pass: Pass;
}

export function labelsOf(task: Task): TaskLabels {
  if ('workload' in task) return { suite: task.suite, id: task.workload.id, pass: task.pass };
  return { ...task, pass: task.suite === 'nets' ? 'infer' : 'train' };
}

/** Floating-point operations of the direct algorithm; 0 where they are not counted. */
export function operationsOf(task: Task): number {
  if ('workload' in task) return flops(task.workload);
  return task.suite === 'nets' ? 2 * graphOfTask(task).macs : 0;
}

/** Ready to run; null where the implementation cannot do it. */
export async function prepareTask(adapter: Adapter, task: Task): Promise<PreparedRun | null> {
  if ('workload' in task) {
    return adapter.prepare(task.workload, task.pass, makeInputs(task.workload));
  }
  const graph = graphOfTask(task);
  return task.suite === 'nets'
    ? ((await adapter.prepareNet?.(graph)) ?? null)
    : prepareTrainer(adapter, graph);
}
