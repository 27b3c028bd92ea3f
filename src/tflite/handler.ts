import type { Handler } from '../imported/graph.js';
import { clip, unary } from '../imported/ops/elementwise.js';
import type { ElementType, Value } from '../imported/value.js';
import type { Shape } from '../shape.js';
import type { Options } from './options.js';
import type { Quantization } from './reader.js';

/** What the file says of an output. */
export interface Declared {
  readonly shape: Shape;
  readonly dtype: ElementType;
  readonly quantization: Quantization | undefined;
}

/** What an operator's handler knows beside its operands. */
export interface Attributes {
  readonly options: Options;
  readonly customOptions: Uint8Array;
  readonly outputs: readonly Declared[];
}

/** How an operator is computed; operands that may be left out come last. */
export interface TfliteHandler extends Handler<Attributes> {
  /** Operands that must be there. */
  readonly operands: number;
}

/** The ops by the names of their operators. */
export type TfliteHandlers = Readonly<Record<string, TfliteHandler>>;

/** What an operator ends with. @throws RangeError for an activation that is not known */
export function activated(x: Value, { activation }: Options): Value {
  switch (activation) {
    case 0:
      return x;
    case 1:
      return unary('relu', x);
    case 2:
      return clip(x, -1, 1);
    case 3:
      return unary('relu6', x);
    case 4:
      return unary('tanh', x);
    default:
      throw new RangeError(`activation: expected one of 0 to 4, got ${activation}`);
  }
}

/** The numbers of an operand that says where or how many. */
export function list(value: Value): number[] {
  return Array.from(value.numbers());
}

/** The number of an operand that has one. @throws RangeError */
export function scalar(value: Value): number {
  if (value.size === 1) return value.numbers()[0]!;
  throw new RangeError(`expected one number, got ${value.size}`);
}
