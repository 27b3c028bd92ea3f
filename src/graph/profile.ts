import type { Shape } from '../shape.js';
import type { GraphNode } from './graph.js';
import type { Program } from './program.js';

/** What a node of a graph costs. */
export interface NodeTime {
  readonly op: string;
  /** Of the output. */
  readonly shape: Shape;
  readonly multiplyAdds: number;
  /** On average, in a run. */
  readonly milliseconds: number;
}

/** What the nodes of one op cost together. */
export interface OpTime {
  readonly op: string;
  readonly nodes: number;
  readonly multiplyAdds: number;
  readonly milliseconds: number;
}

/** What a run costs, on average. */
export interface Profile {
  readonly milliseconds: number;
  /** In the order in which they run; without views, which cost nothing. */
  readonly nodes: readonly NodeTime[];
  /** The dearest first. */
  readonly byOp: readonly OpTime[];
}

/** Products that a node adds up. */
export function multiplyAddsOf({ op, plan, inputs }: GraphNode): number {
  return op.family.multiplyAdds?.(plan, inputs) ?? 0;
}

/** @param load gives the program with its inputs written: runs overwrite them */
export function profileOf(load: () => Program, runs: number): Profile {
  load().run();
  const { nodes } = load();
  const times = new Float64Array(nodes.length);
  for (let run = 0; run < runs; run++) {
    load();
    nodes.forEach(({ steps }, i) => {
      const begin = performance.now();
      for (const step of steps) step.run();
      times[i]! += performance.now() - begin;
    });
  }
  const timed = nodes.flatMap(({ node, steps }, i): NodeTime[] => {
    if (steps.length === 0) return [];
    const { op, output } = node;
    const milliseconds = times[i]! / runs;
    return [{ op: op.name, shape: output.shape, multiplyAdds: multiplyAddsOf(node), milliseconds }];
  });
  const milliseconds = timed.reduce((sum, node) => sum + node.milliseconds, 0);
  return { milliseconds, nodes: timed, byOp: sumsByOp(timed) };
}

function sumsByOp(nodes: readonly NodeTime[]): OpTime[] {
  const sums = new Map<string, OpTime>();
  for (const { op, multiplyAdds, milliseconds } of nodes) {
    const sum = sums.get(op) ?? { op, nodes: 0, multiplyAdds: 0, milliseconds: 0 };
    sums.set(op, {
      op,
      nodes: sum.nodes + 1,
      multiplyAdds: sum.multiplyAdds + multiplyAdds,
      milliseconds: sum.milliseconds + milliseconds,
    });
  }
  return [...sums.values()].sort((a, b) => b.milliseconds - a.milliseconds);
}
