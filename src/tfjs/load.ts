import { checkArity } from '../check.js';
import { describe } from '../describe.js';
import { FormatError } from '../errors.js';
import { inFile, isRecord } from '../formats/json.js';
import { ImportedModule } from '../imported/module.js';
import { checkImportOptions, type ImportOptions } from '../imported/options.js';
import { readFiles, type TfjsContents } from './files.js';
import { checkParts, graphHandlers } from './graph/handlers.js';
import { readGraphModel } from './graph/topology.js';
import { layerHandlers, readLayersModel } from './layers/topology.js';
import { limitsOf, type TfjsLimits } from './limits.js';
import type { TfjsReadOptions } from './read-weights.js';
import type { TfjsSource } from './source.js';

/** Options of `loadTfjs`. */
export interface TfjsOptions extends ImportOptions, TfjsReadOptions {}

/**
 * Loads a model of TensorFlow.js: a layers-model (of Keras 2, Keras 3 or TensorFlow.js) or a graph-model, whose weights
 * may be quantised. Its inputs and outputs have the file's names and shapes. It computes as TensorFlow.js does in
 * inference: normalizations by their running statistics, dropout and augmentation left out, `UpSampling2D` with
 * bilinear interpolation by the corners of pixels (by their centres where Keras 3 wrote the file). Masks are refused.
 * Loops of a graph-model run as often as their values say, at most 1024 turns.
 * @param source the URL of its model.json; a function that gives the files; or their contents
 * @throws TypeError, RangeError; FormatError for files that are damaged, larger than the limits or do not fit together,
 * and for layers or ops that are not known here, all of which it lists; what the fetcher throws; OutOfMemoryError
 */
export async function loadTfjs(
  source: TfjsSource,
  options: TfjsOptions = {},
): Promise<ImportedModule> {
  const op = 'loadTfjs';
  checkArity(op, arguments.length, 2);
  checkImportOptions(op, options, ['fetch', 'limits']);
  const { fetch, limits } = options;
  const known = limitsOf(op, limits);
  const contents = await readFiles(op, source, known, fetch);
  return inFile(contents.file, () => named(contents, () => moduleOf(contents, known, options)));
}

/** Errors of nodes that are computed ahead begin with the file's name too. */
function named({ file }: TfjsContents, body: () => ImportedModule): ImportedModule {
  try {
    return body();
  } catch (cause) {
    const { message } = cause as Error;
    if (!(cause instanceof FormatError) || message.startsWith(`${file}: `)) throw cause;
    throw new FormatError(`${file}: ${message}`, { cause });
  }
}

function moduleOf(
  contents: TfjsContents,
  limits: Required<TfjsLimits>,
  options: ImportOptions,
): ImportedModule {
  const { file, model } = contents;
  if (!model) {
    throw new FormatError(
      `${file}: expected a model, got a manifest of weights alone: readTfjsWeights reads its tensors`,
    );
  }
  const topology = model.modelTopology;
  if (!isRecord(topology)) {
    throw new FormatError(`${file}: modelTopology: expected an object, got ${describe(topology)}`);
  }
  if (Object.hasOwn(topology, 'node')) {
    const handlers = graphHandlers();
    const graph = readGraphModel(contents, limits.nodes);
    checkParts(file, graph, handlers);
    return new ImportedModule(file, graph, handlers as never, options);
  }
  const graph = readLayersModel(contents, limits.nodes);
  return new ImportedModule(file, graph, layerHandlers() as never, options);
}
