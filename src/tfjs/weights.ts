import { FormatError } from '../errors.js';
import { readValues } from '../formats/dtypes.js';
import type { NamedArray } from '../formats/safetensors.js';
import type { TensorData } from '../tensor.js';
import type { WeightEntry, WeightGroup, WeightType } from './manifest.js';

/** A tensor of a TensorFlow.js weights manifest. */
export interface TfjsWeight extends NamedArray {
  /** Its type in the file, once it is dequantised; `bool` and `uint8` are held as int32. */
  readonly dtype: WeightType;
}

/** The names under which formats/dtypes.ts reads the types of manifests. */
const CODES = {
  float32: 'F32',
  float16: 'F16',
  int32: 'I32',
  uint16: 'U16',
  uint8: 'U8',
  bool: 'BOOL',
} as const;

/**
 * The tensors of a group, copied out of its files, quantised ones widened.
 * @param files the contents of its paths, in their order
 * @throws FormatError where their bytes are not as many as the manifest says
 */
export function readGroup(
  file: string,
  group: WeightGroup,
  files: readonly Uint8Array[],
  weights: Map<string, TfjsWeight>,
): void {
  const bytes = joined(files);
  if (bytes.length !== group.bytes) {
    throw new FormatError(
      `${file}: weights: expected ${group.bytes} bytes in ${group.paths.length} files, as the shapes say, ` +
        `got ${bytes.length}${bytes.length < group.bytes ? ': truncated' : ''}`,
    );
  }
  let begin = 0;
  for (const entry of group.weights) {
    // A copy, for the values have to be aligned, and the files may be large.
    const part = bytes.slice(begin, (begin += entry.bytes));
    const { name, shape, dtype } = entry;
    weights.set(name, { shape, dtype, data: widened(entry, part.buffer) });
  }
}

/** The values of a tensor as float32, or int32 where its dtype is no float. */
function widened({ stored, dtype, scale, min }: WeightEntry, buffer: ArrayBuffer): TensorData {
  const values = readValues(CODES[stored], buffer);
  if (stored === dtype) return values;
  const isFloat = dtype === 'float32';
  if (isFloat && stored === 'float16') return values;
  const result = isFloat ? new Float32Array(values.length) : new Int32Array(values.length);
  for (let i = 0; i < result.length; i++) {
    const value = values[i]! * scale + min;
    result[i] = isFloat ? value : Math.round(value);
  }
  return result;
}

function joined(files: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  if (files.length === 1) return files[0] as Uint8Array<ArrayBuffer>;
  const result = new Uint8Array(files.reduce((sum, { length }) => sum + length, 0));
  let begin = 0;
  for (const file of files) {
    result.set(file, begin);
    begin += file.length;
  }
  return result;
}
