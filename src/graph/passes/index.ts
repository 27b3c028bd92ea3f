import type { Graph } from '../graph.js';
import { affineIntoWeights } from './affine.js';
import { commonSubexpressions } from './common-subexpressions.js';
import { deadCode } from './dead-code.js';
import { dense } from './dense.js';
import { epilogues } from './epilogues.js';
import { foldConstants } from './fold-constants.js';
import { pads } from './pads.js';
import { spelledActivations } from './spelled-activations.js';
import { transposes } from './transposes.js';
import { views } from './views.js';

/** A function of graphs: what it gives computes the same, in other ways. The graph itself where it finds nothing. */
export type Pass = (graph: Graph) => Graph;

const SIMPLER: readonly Pass[] = [
  foldConstants,
  spelledActivations,
  transposes,
  views,
  commonSubexpressions,
  deadCode,
];
const QUICKER: readonly Pass[] = [dense, affineIntoWeights, pads, epilogues];

/** Calls of passes after which a graph that still changes stays as it is. */
const MOST_CALLS = 320;

/**
 * A simpler graph of the same numbers: what files write in many ops is few, nothing is computed twice or for nothing,
 * constants are known. Each op is still one that a file can hold.
 */
export function simplify(graph: Graph): Graph {
  return untilSame(graph, SIMPLER);
}

/**
 * A graph that runs quicker and takes less memory, for inference: it may round differently. New weights take the place
 * of those that they are made of; call it, and what made the graph, in one `scope`, which frees what is left over.
 */
export function lower(graph: Graph): Graph {
  return untilSame(graph, [...SIMPLER, ...QUICKER]);
}

/** Passes one after the other, round and round, until none of them changes anything any more. */
function untilSame(graph: Graph, passes: readonly Pass[]): Graph {
  let same = 0;
  for (let call = 0; same < passes.length && call < MOST_CALLS; call++) {
    const before = graph;
    graph = passes[call % passes.length]!(graph);
    same = graph === before ? same + 1 : 0;
  }
  return graph;
}
