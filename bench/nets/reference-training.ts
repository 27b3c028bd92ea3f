// The first losses of the trainings of workloads.json in float64. They take minutes, so they are kept in losses.json:
//
//   npx tsx bench/nets/reference-training.ts     writes it anew

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  crossEntropyForward,
  crossEntropyGradInput,
} from '../../tests/support/reference/losses.js';
import { adadeltaStep, adamStep, sgdStep } from '../../tests/support/reference/optimizers.js';
import { type Graph, graphOf, type OptimizerSpec, trainings } from './graph.js';
import { labelsOfGraph } from './parameters.js';
import { ReferenceNet } from './reference.js';

const FILE = new URL('losses.json', import.meta.url);
const STEPS = 5;

/** The losses of the first steps on one batch, each before its update. */
export function expectedLosses(id: string): number[] {
  const losses = JSON.parse(readFileSync(FILE, 'utf8')) as Record<string, number[]>;
  return losses[id]!;
}

function trainReference(graph: Graph): number[] {
  const net = new ReferenceNet(graph);
  const update = updateOf(graph.spec.optimizer!);
  const labels = labelsOfGraph(graph);
  const shares = Float64Array.from(labels, () => 1 / labels.length);
  return Array.from({ length: STEPS }, (_, i) => {
    const logits = net.forward();
    const gradients = net.backward(crossEntropyGradInput(logits, labels, shares));
    for (const [name, gradient] of gradients) {
      update(name, net.parameters.get(name)!, gradient, i + 1);
    }
    return crossEntropyForward(logits, labels).reduce((sum, loss) => sum + loss / labels.length, 0);
  });
}

type Update = (name: string, p: Float64Array, dp: Float64Array, step: number) => void;

/** One step of the optimizer, with its two arrays of state for every parameter. */
function updateOf(spec: OptimizerSpec): Update {
  const { lr, momentum = 0, beta1 = 0, beta2 = 0, rho = 0, eps = 0 } = spec;
  const state = new Map<string, [Float64Array, Float64Array]>();
  return (name, p, dp, step) => {
    const [first, second] = state.get(name) ?? [p.map(() => 0), p.map(() => 0)];
    state.set(name, [first, second]);
    if (spec.name === 'sgdm') {
      sgdStep(p, dp, first, step, { lr, momentum, dampening: 0, nesterov: false, weightDecay: 0 });
    } else if (spec.name === 'adam') {
      const betas = [beta1, beta2] as const;
      adamStep(p, dp, first, second, step, {
        lr,
        betas,
        eps,
        weightDecay: 0,
        decoupledWeightDecay: false,
      });
    } else {
      adadeltaStep(p, dp, first, second, { lr, rho, eps, weightDecay: 0 });
    }
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const losses = trainings.map((spec) => [spec.id, trainReference(graphOf(spec))]);
  writeFileSync(FILE, `${JSON.stringify(Object.fromEntries(losses), null, 2)}\n`);
}
