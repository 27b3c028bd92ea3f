import { bytesOf, checkArity, checkMethods, wrongKind } from '../check.js';
import { describe, shorten } from '../describe.js';
import { FormatError } from '../errors.js';
import { generator } from '../generator.js';
import { type LayerClass, type LayerConfig, Module, namedState } from '../layers/module.js';
import { modulesIn } from '../layers/state.js';
import { checkOptions } from '../options.js';
import { Storage } from '../runtime/storage.js';
import { formatShape, sameShape, type Shape, sizeOf } from '../shape.js';
import { Tensor } from '../tensor.js';
import { checksum } from './checksum.js';
import { checkFloatType, FLOAT_NAMES, readValues } from './dtypes.js';
import { inFile, isRecord, parseJson, plain } from './json.js';
import { build, checkLimits, type Registry, registryOf } from './layer-config.js';
import { type Entry, readHeader } from './safetensors-header.js';
import { fileOf, partsOf, type SafetensorsOptions } from './safetensors.js';

const FORMAT = 'simdgrad-model';
const VERSION = 1;
const LAYOUT = 'HWIO';
const JSON_FILE = 'model.json';
const WEIGHTS_FILE = 'model.safetensors';
/** Objects and arrays inside one another: a Sequential takes two. */
const MAX_DEPTH = 256;

/** What a model's users have to know beside its layers; any plain JSON. */
export type ModelDetails = Record<string, unknown>;

/** A model as two files. */
export interface ModelFiles {
  /** `model.json`: the layers and the details. */
  readonly json: string;
  /** `model.safetensors`: the parameters and buffers, and a checksum over all of both files. */
  readonly weights: Uint8Array<ArrayBuffer>;
}

/** Options of `loadModel` and `layerFromConfig`. */
export interface LayersOptions {
  /**
   * The classes that a file may name: each with a `signature`. Your own beside the library's, which `simdgrad` and
   * `simdgrad/ops` know.
   */
  readonly layers?: readonly LayerClass[];
}

/**
 * The files of a model. NaN and infinity in weights are kept. With `{ dtype: 'float16' }` the weights take half the
 * bytes, rounded to the nearest; they are widened again when the model is loaded.
 * @throws TypeError for details that are no JSON; RangeError for a finite weight that `dtype` does not hold; Error for a
 * model with a layer whose class has no `signature`, or of which `loadModel` would make another model
 */
export function saveModel(
  model: Module,
  details: ModelDetails = {},
  options: SafetensorsOptions = {},
): ModelFiles {
  checkArity('saveModel', arguments.length, 3);
  checkOptions('saveModel', options, ['dtype']);
  const { dtype = 'float32' } = options;
  checkFloatType('saveModel', dtype);
  checkMethods('saveModel', 'model', model, 'a Module', ['config', 'stateDict']);
  if (!isRecord(details)) throw wrongKind('saveModel', 'details', 'an object', details);
  const architecture = model.config();
  checkLimits('saveModel: model', architecture);
  const json = `${jsonText({ format: FORMAT, version: VERSION, details, architecture })}\n`;
  const document = parseJson('saveModel', json, MAX_DEPTH) as Document;
  checkRemade(model, document.architecture);
  const parts = partsOf(model.stateDict(), dtype);
  const values = [...parts.values()].map(({ bytes }) => bytes);
  const metadata = { format: FORMAT, layout: LAYOUT, checksum: checksumOf(document, values) };
  return { json, weights: fileOf(parts, metadata) };
}

/** `loadModel` with the classes that the files may name. */
export function modelOf(
  files: { json: string; weights: Uint8Array },
  registry: Registry,
): { model: Module; details: ModelDetails } {
  if (!isRecord(files)) throw wrongKind('loadModel', 'files', 'json and weights', files);
  if (typeof files.json !== 'string') {
    throw wrongKind('loadModel', 'files.json', 'a string', files.json);
  }
  const bytes = bytesOf('loadModel', 'files.weights', files.weights);
  const document = readDocument(files.json);
  const { entries, metadata } = readHeader(bytes, WEIGHTS_FILE);
  checkMetadata(metadata);
  const model = plan(`${JSON_FILE}: architecture`, document.architecture, registry);
  try {
    const state = namedState(model);
    const stored = state.map(([path, { shape }]) => entryFor(path, shape, entries.get(path)));
    const values = stored.map(({ bytes }) => bytes);
    const paths = new Set(state.map(([path]) => path));
    for (const [path, { place }] of entries) {
      if (paths.has(path)) continue;
      throw new FormatError(`${place}: the model has no such parameter or buffer`);
    }
    checkChecksum(metadata['checksum'], document, values);
    state.forEach(([, tensor], i) => tensor.assign(floatsOf(stored[i]!)));
    return { model, details: document.details ?? {} };
  } catch (error) {
    model.dispose();
    throw error;
  }
}

interface Document {
  readonly architecture: LayerConfig;
  readonly details?: ModelDetails;
}

function readDocument(json: string): Document {
  const document = parseJson(JSON_FILE, json, MAX_DEPTH) as Record<string, unknown> | null;
  const { format, version, details = {} } = document ?? {};
  if (format !== FORMAT || version !== VERSION) {
    throw new FormatError(
      `${JSON_FILE}: expected format ${FORMAT} version ${VERSION}, got ${plain(format)} version ${plain(version)}`,
    );
  }
  if (!isRecord(details)) {
    throw new FormatError(`${JSON_FILE}: details: expected an object, got ${describe(details)}`);
  }
  checkNames(JSON_FILE, document!, ['format', 'version', 'details', 'architecture']);
  return document as unknown as Document;
}

function checkMetadata(metadata: Record<string, string>): void {
  for (const [name, expected] of Object.entries({ format: FORMAT, layout: LAYOUT })) {
    const got = metadata[name];
    if (got === expected) continue;
    throw new FormatError(
      `${WEIGHTS_FILE}: expected ${name} ${expected}, got ${got === undefined ? 'none' : plain(got)}: ` +
        "weights there are [out, in] if they are PyTorch's: loadTorchStateDict reads them",
    );
  }
  checkNames(WEIGHTS_FILE, metadata, ['format', 'layout', 'checksum']);
}

function checkNames(file: string, object: object, known: readonly string[]): void {
  inFile(file, () => checkOptions(FORMAT, object, known, 'names'));
}

/**
 * The model of an architecture, with all shapes and paths, but without memory: its parameters and buffers take theirs
 * when they get values. What constructors draw leaves no trace in the generator.
 * @throws FormatError
 */
function plan(place: string, architecture: unknown, registry: Registry): Module {
  const random = generator();
  const before = random.state();
  const make = (shape: Shape) => new Tensor(new Storage(4 * sizeOf(shape), true), shape, 'float32');
  try {
    const { model, made } = build(place, architecture, registry, make);
    const named = new Set(namedState(model).map(([, tensor]) => tensor));
    const lost = made.find((tensor) => !named.has(tensor));
    if (!lost) return model;
    for (const tensor of made) tensor.dispose();
    model.dispose();
    throw new FormatError(
      `${place}: expected every parameter and buffer in a property of its layer, or in an array there, ` +
        `got one of shape ${formatShape(lost.shape)} in none`,
    );
  } finally {
    random.restore(before);
  }
}

/** Checks, before it is too late, that `loadModel` will make the same model of what is saved. */
function checkRemade(model: Module, architecture: LayerConfig): void {
  const place = 'saveModel: model';
  const classes = new Set(modulesIn(model).flatMap(([, layer]) => signedClassesOf(layer)));
  const remade = plan(place, architecture, registryOf(place, [...classes]));
  const [ours, others] = [outlineOf(model), outlineOf(remade)];
  remade.dispose();
  const [missing] = [...ours].filter((line) => !others.has(line));
  const [other] = [...others].filter((line) => !ours.has(line));
  if (missing === undefined && other === undefined) return;
  const [expected, got] = [missing ?? 'nothing', other ?? 'nothing'];
  throw new Error(`${place}: expected ${expected}, loadModel would make ${got} of its config()`);
}

/** The class of a layer, and those above it, that have a signature. */
function signedClassesOf(layer: Module): LayerClass[] {
  const found: LayerClass[] = [];
  let Layer = layer.constructor as LayerClass;
  while (Layer.prototype instanceof Module) {
    if (Object.hasOwn(Layer, 'signature')) found.push(Layer);
    Layer = Object.getPrototypeOf(Layer) as LayerClass;
  }
  return found;
}

/** The classes, and the shapes of parameters and buffers, in a model, with their paths. */
function outlineOf(model: Module): Set<string> {
  return new Set([
    ...modulesIn(model).map(([path, layer]) => `${path}: ${layer.constructor.name}`),
    ...namedState(model).map(([path, { shape }]) => `${path}: ${formatShape(shape)}`),
  ]);
}

/** A parameter in the file, whose type and shape are as the layer says. */
function entryFor(path: string, shape: Shape, entry: Entry | undefined): Entry {
  const isFloat = entry !== undefined && Object.values(FLOAT_NAMES).includes(entry.dtype);
  if (isFloat && sameShape(entry.shape, shape)) return entry;
  const got = entry && `${plain(entry.dtype)} of shape ${shorten(formatShape(entry.shape))}`;
  throw new FormatError(
    `${WEIGHTS_FILE}: ${path}: expected F32 of shape ${formatShape(shape)}, got ${got ?? 'nothing'}`,
  );
}

/** The values of floats that lie anywhere in a file. */
function floatsOf({ dtype, bytes }: Entry): Float32Array {
  if (dtype !== FLOAT_NAMES.float32) return readValues(dtype, bytes.slice().buffer) as Float32Array;
  const { buffer, byteOffset } = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
  return new Float32Array(buffer, byteOffset, bytes.length / 4);
}

/** One over everything that makes a model: details, layers, and the values of each parameter in the model's order. */
function checksumOf(document: unknown, parameters: readonly Uint8Array[]): string {
  let sum = checksum(new TextEncoder().encode(JSON.stringify(document)));
  for (const bytes of parameters) sum = checksum(bytes, sum);
  return sum.toString(16).padStart(8, '0');
}

/** Files of earlier versions have none. */
function checkChecksum(
  expected: string | undefined,
  document: unknown,
  parameters: readonly Uint8Array[],
): void {
  if (expected === undefined) return;
  const got = checksumOf(document, parameters);
  if (got === expected) return;
  throw new FormatError(
    `${WEIGHTS_FILE}: expected checksum ${plain(expected)}, got ${got}: ` +
      `it or ${JSON_FILE} was changed since saveModel, or they are of two models`,
  );
}

function jsonText(document: object): string {
  try {
    return JSON.stringify(document, null, 2);
  } catch (cause) {
    throw new TypeError(
      `saveModel: details: expected plain JSON: ${shorten((cause as Error).message)}`,
      { cause },
    );
  }
}
