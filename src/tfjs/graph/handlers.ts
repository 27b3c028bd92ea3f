import { BINARY, binaryHandler, ELEMENTWISE, UNARY, unaryHandler } from './ops/elementwise.js';
import { FUSED } from './ops/fused.js';
import type { GraphHandler, GraphHandlers } from './ops/operands.js';
import { REDUCTIONS } from './ops/reductions.js';
import { SHAPES } from './ops/shapes.js';
import { WINDOWS } from './ops/conv.js';

/** All ops of graph-models that are read, by their names. */
export function graphHandlers(): GraphHandlers {
  const handlers: Record<string, GraphHandler> = {
    ...ELEMENTWISE,
    ...FUSED,
    ...REDUCTIONS,
    ...SHAPES,
    ...WINDOWS,
  };
  for (const [op, name] of Object.entries(UNARY)) handlers[op] = unaryHandler(name);
  for (const [op, name] of Object.entries(BINARY)) handlers[op] = binaryHandler(name);
  return handlers;
}
