import { bytesOf, checkArity, checkBoolean } from '../check.js';
import { inFile } from '../formats/json.js';
import { ImportedModule } from '../imported/module.js';
import { checkImportOptions, type ImportOptions } from '../imported/options.js';
import { graphOf } from './graph.js';
import type { TfliteHandlers } from './handler.js';
import { limitsOf, type TfliteLimits } from './limits.js';
import { CONV_OPS } from './ops/conv.js';
import { MATH_OPS } from './ops/math.js';
import { POOL_OPS } from './ops/pool.js';
import { REDUCE_OPS } from './ops/reduce.js';
import { SHAPE_OPS } from './ops/shape.js';
import { readTflite } from './reader.js';

export type { FileInput } from '../imported/graph.js';
export type { NamedTensors } from '../imported/module.js';
export type { ElementType } from '../imported/value.js';
export { ImportedModule, type ImportOptions, type TfliteLimits };

/** Options of `loadTflite`. */
export interface TfliteOptions extends ImportOptions {
  /**
   * Whether inputs and outputs that are quantised in the file hold its whole numbers. Default false: they hold the real
   * numbers that these stand for, `scale · (q − zeroPoint)`.
   */
  readonly quantizedBorders?: boolean;
  /**
   * Whether what quantised operators give is rounded to the numbers that the file can hold, as TensorFlow Lite does.
   * Default false: they are computed exactly, which is nearer to the model that was quantised, and trains.
   */
  readonly roundActivations?: boolean;
  /** What the file may take up. */
  readonly limits?: TfliteLimits;
}

/** The handlers of all operators, made when they are first asked for. */
const KNOWN = { handlers: undefined as TfliteHandlers | undefined };

function handlersOfAll(): TfliteHandlers {
  return (KNOWN.handlers ??= {
    ...CONV_OPS,
    ...MATH_OPS,
    ...POOL_OPS,
    ...REDUCE_OPS,
    ...SHAPE_OPS,
  });
}

const OPTIONS = ['quantizedBorders', 'roundActivations', 'limits'];

/**
 * A model of TensorFlow Lite (LiteRT) as a module: its graph, computed by this library's ops. Weights of float16 and of 8
 * and 16 bits are float32 in it. Nothing in the file is taken for granted, and nothing in it is run.
 * @param bytes the .tflite file
 * @throws FormatError for what is no such file, is damaged or takes up too much, and for ops that are not known here, all
 * of which it names; TypeError, RangeError for wrong options; OutOfMemoryError
 */
export function loadTflite(
  bytes: ArrayBuffer | Uint8Array,
  options: TfliteOptions = {},
): ImportedModule {
  checkArity('loadTflite', arguments.length, 2);
  const file = bytesOf('loadTflite', 'bytes', bytes);
  checkImportOptions('loadTflite', options, OPTIONS);
  const { quantizedBorders = false, roundActivations = false } = options;
  for (const [name, value] of Object.entries({ quantizedBorders, roundActivations })) {
    checkBoolean('loadTflite', name, value);
  }
  const limits = limitsOf(options.limits);
  return inFile('tflite', () => {
    const handlers = handlersOfAll();
    const choice = { quantizedBorders, rounds: roundActivations };
    const graph = graphOf(readTflite(file, limits), handlers, choice);
    return new ImportedModule('tflite', graph, handlers, options);
  });
}
