import { describe } from '../describe.js';
import { FormatError } from '../errors.js';
import { isRecord, plain } from '../formats/json.js';
import { type Shape, sizeOf } from '../shape.js';

/** A tensor that a weights manifest names. */
export interface WeightEntry {
  readonly name: string;
  /** Begins error messages: the names of the file and of the tensor. */
  readonly place: string;
  readonly shape: Shape;
  readonly dtype: WeightType;
  /** How the files hold its values: as dtype, or quantised. */
  readonly stored: StoredType;
  /** Of quantised integers: value = stored · scale + min. */
  readonly scale: number;
  readonly min: number;
  /** Bytes that it takes in the files. */
  readonly bytes: number;
}

/** Tensors that lie one after another in the bytes of some files. */
export interface WeightGroup {
  readonly paths: readonly string[];
  readonly weights: readonly WeightEntry[];
  /** Of all its files together. */
  readonly bytes: number;
}

/** The element types of weights in the files of TensorFlow.js. */
export type WeightType = 'float32' | 'int32' | 'bool' | 'uint8';
type StoredType = keyof typeof STORED_BYTES;

const STORED_BYTES = { float32: 4, float16: 2, int32: 4, uint16: 2, uint8: 1, bool: 1 };
const WEIGHT_TYPES: readonly string[] = [
  'float32',
  'int32',
  'bool',
  'uint8',
] satisfies WeightType[];
const QUANTIZED: readonly string[] = ['uint8', 'uint16', 'float16'];

/**
 * The manifest of weights in a model.json, or of a file that is one by itself, checked: names, types, shapes, paths, and
 * how many bytes the files have to have.
 * @param file begins error messages
 * @param maxBytes of all tensors together, stored and as 32-bit values
 * @throws FormatError
 */
export function readManifest(file: string, manifest: unknown, maxBytes: number): WeightGroup[] {
  const place = `${file}: weightsManifest`;
  if (!Array.isArray(manifest)) {
    throw new FormatError(`${place}: expected an array, got ${describe(manifest)}`);
  }
  const names = new Set<string>();
  let total = 0;
  return manifest.map((group: unknown, i) => {
    const { weights, paths } = isRecord(group) ? group : {};
    if (!Array.isArray(weights) || !Array.isArray(paths)) {
      throw new FormatError(`${place}[${i}]: expected weights and paths, got ${describe(group)}`);
    }
    const entries = weights.map((weight) => readEntry(file, weight, names));
    for (const { bytes, shape } of entries) total += Math.max(bytes, 4 * sizeOf(shape));
    if (!(total <= maxBytes)) {
      throw new FormatError(`${place}: expected at most ${maxBytes} bytes (limits), got ${total}`);
    }
    const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
    return { paths: paths.map((path) => checkPath(place, path)), weights: entries, bytes };
  });
}

function readEntry(file: string, entry: unknown, names: Set<string>): WeightEntry {
  const { name, shape, dtype, quantization } = isRecord(entry) ? entry : {};
  if (typeof name !== 'string') {
    throw new FormatError(`${file}: weightsManifest: expected a name, got ${describe(name)}`);
  }
  const place = `${file}: weight ${plain(name)}`;
  if (names.has(name)) throw new FormatError(`${place}: expected one of this name, got two`);
  names.add(name);
  if (!isShape(shape)) {
    throw new FormatError(`${place}: shape: expected sizes of axes, got ${describe(shape)}`);
  }
  if (!WEIGHT_TYPES.includes(dtype as string)) {
    const hint = dtype === 'string' ? ': models of text are not read' : '';
    throw new FormatError(
      `${place}: dtype: expected ${WEIGHT_TYPES.join(', ')}, got ${describe(dtype)}${hint}`,
    );
  }
  const coding = readQuantization(place, quantization, dtype as WeightType);
  const bytes = sizeOf(shape) * STORED_BYTES[coding.stored];
  return { name, place, shape, dtype: dtype as WeightType, ...coding, bytes };
}

function readQuantization(place: string, quantization: unknown, dtype: WeightType) {
  if (quantization === undefined || quantization === null) {
    return { stored: dtype, scale: 1, min: 0 };
  }
  const { dtype: stored, scale = 1, min = 0 } = isRecord(quantization) ? quantization : {};
  const isKnown = QUANTIZED.includes(stored as string) && dtype !== 'bool';
  if (!isKnown || !Number.isFinite(scale) || !Number.isFinite(min)) {
    throw new FormatError(
      `${place}: quantization: expected ${QUANTIZED.join(', ')} with a scale and a min, ` +
        `got ${[stored, scale, min].map(describe).join(', ')} for ${dtype}`,
    );
  }
  return { stored: stored as StoredType, scale: scale as number, min: min as number };
}

/** A path of a file beside the model or below it. @throws FormatError for any other */
function checkPath(place: string, path: unknown): string {
  const isPath = typeof path === 'string' && path !== '' && path.length <= 1000;
  if (isPath && !/^[/\\]|^[a-z][a-z\d+.-]*:|\\|\0|[?#]/i.test(path)) {
    if (path.split('/').every((part) => part !== '..' && !/^(\.|%2e){2}$/i.test(part))) return path;
  }
  throw new FormatError(
    `${place}: paths: expected files beside the model or below it, got ${describe(path)}`,
  );
}

function isShape(value: unknown): value is number[] {
  if (!Array.isArray(value) || value.length > 8) return false;
  const isSize = (size: unknown) => Number.isSafeInteger(size) && (size as number) >= 0;
  return value.every(isSize) && Number.isSafeInteger(sizeOf(value as number[]));
}
