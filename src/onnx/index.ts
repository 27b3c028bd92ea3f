import { FormatError } from '../errors.js';
import { inFile } from '../formats/json.js';
import type { FileGraph } from '../imported/graph.js';
import { ImportedModule } from '../imported/module.js';
import { checkImportOptions, type ImportOptions } from '../imported/options.js';
import type { OnnxAttributes } from './attributes.js';
import { fileGraphOf } from './model.js';
import { onnxHandlers } from './ops/all.js';
import { readOnnx } from './reader.js';
import type { ExternalData, OnnxLimits } from './types.js';

export { saveOnnx, type SaveOnnxOptions } from './export/save-onnx.js';
export type { InputShape, InputShapes } from './export/traced.js';
export type { ExternalData, OnnxLimits } from './types.js';
export { ImportedModule } from '../imported/module.js';
export type { ImportOptions } from '../imported/options.js';
export type { FileInput } from '../imported/graph.js';
export type { Spec } from '../ops/op.js';

/** Options of `loadOnnx`. */
export interface LoadOnnxOptions extends ImportOptions {
  /** What the file may hold at most. */
  readonly limits?: OnnxLimits;
  /** Gives the bytes of files that the model names beside it; without it a model that does is refused. */
  readonly externalData?: ExternalData;
}

/**
 * Loads an ONNX model, of opset 6 to 25, as a module. It takes and gives tensors in the file's own order of axes
 * ([N, channels, height, width] mostly), and has the file's names. float16, bfloat16 and float64 are widened or rounded
 * to float32; integers go in and out as int32, or as float32.
 *
 * The file is data alone: nothing in it is run, and what its sizes say is compared with what is there before it is used.
 * @throws FormatError for a file that is not one, or wrong, or holds more than the limits, with all ops that are not
 * known here at once; TypeError, RangeError for wrong options
 */
export function loadOnnx(bytes: Uint8Array, options: LoadOnnxOptions = {}): ImportedModule {
  checkImportOptions('loadOnnx', options, ['limits', 'externalData']);
  const { limits, externalData, ...others } = options;
  const graph = fileGraphOf(readOnnx(bytes, { limits, externalData }));
  const handlers = onnxHandlers();
  checkInputs(graph, handlers);
  return inFile('onnx', () => new ImportedModule('onnx', graph, handlers as never, others));
}

/** @throws FormatError for a node without an input that its op needs */
function checkInputs(graph: FileGraph<OnnxAttributes>, handlers: ReturnType<typeof onnxHandlers>) {
  for (const { op, name, inputs, inner = [] } of graph.nodes) {
    for (const inside of inner) checkInputs(inside, handlers);
    const needs = Object.hasOwn(handlers, op) ? (handlers[op]!.needs ?? 1) : 0;
    const given = inputs.findIndex((input, i) => i < needs && input === '');
    if (inputs.length >= needs && given < 0) continue;
    throw new FormatError(
      `node ${name.slice(0, 100)} (${op}): expected ${needs} inputs, got ${given < 0 ? inputs.length : given}`,
    );
  }
}
