import { FormatError } from '../../errors.js';
import { plain } from '../../formats/json.js';
import type { FileGraph } from '../../imported/graph.js';
import type { Attributes } from './attributes.js';
import { BINARY, binaryHandler, ELEMENTWISE, UNARY, unaryHandler } from './ops/elementwise.js';
import { FUSED } from './ops/fused.js';
import { LISTS } from './ops/lists.js';
import type { GraphHandler, GraphHandlers } from './ops/operands.js';
import { REDUCTIONS } from './ops/reductions.js';
import { SHAPES } from './ops/shapes.js';
import { WINDOWS } from './ops/conv.js';

/** All ops of graph-models that are read, by their names. */
export function graphHandlers(): GraphHandlers {
  const handlers: Record<string, GraphHandler> = {
    ...ELEMENTWISE,
    ...FUSED,
    ...LISTS,
    ...REDUCTIONS,
    ...SHAPES,
    ...WINDOWS,
  };
  for (const [op, name] of Object.entries(UNARY)) handlers[op] = unaryHandler(name);
  for (const [op, name] of Object.entries(BINARY)) handlers[op] = binaryHandler(name);
  return handlers;
}

/** Checks the ops of the graphs that nodes run. @throws FormatError that lists all that are not known */
export function checkParts(
  file: string,
  graph: FileGraph<Attributes>,
  handlers: GraphHandlers,
): void {
  const unknown: string[] = [];
  const inside = graph.nodes.flatMap(({ attributes }) => attributes.graphs);
  for (let part = inside.pop(); part; part = inside.pop()) {
    for (const { op, name, attributes } of part.nodes) {
      if (!Object.hasOwn(handlers, op)) unknown.push(`${plain(op)} (${plain(name)})`);
      inside.push(...attributes.graphs);
    }
  }
  if (unknown.length === 0) return;
  throw new FormatError(`${file}: expected ops that are known here, got ${unknown.join('; ')}`);
}
