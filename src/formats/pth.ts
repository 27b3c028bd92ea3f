import { bytesOf, checkArity, checkInteger, wrongKind } from '../check.js';
import { FormatError } from '../errors.js';
import { checkOptions } from '../options.js';
import { formatShape, type Shape, sizeOf } from '../shape.js';
import type { TensorData } from '../tensor.js';
import { bytesPerValue, readValues } from './dtypes.js';
import { inFile, plain } from './json.js';
import { PickleGlobal, PickleReader, type PickleRules, type PickleValue } from './pickle.js';
import { storedArray, type StoredArray } from './safetensors.js';
import { isZip, readZip } from './zip.js';

/** Options of `loadTorch`. */
export interface LoadTorchOptions {
  /** Elements of all tensors together that are read; more is an error. Default 2^28, a gigabyte. */
  readonly maxElements?: number;
  /** Begins error messages. Default `pth`. */
  readonly name?: string;
}

/** What PyTorch calls the values of its storages, and safetensors. */
const DTYPES: Readonly<Record<string, string>> = {
  'torch.FloatStorage': 'F32',
  'torch.DoubleStorage': 'F64',
  'torch.HalfStorage': 'F16',
  'torch.BFloat16Storage': 'BF16',
  'torch.LongStorage': 'I64',
  'torch.IntStorage': 'I32',
  'torch.ShortStorage': 'I16',
  'torch.CharStorage': 'I8',
  'torch.ByteStorage': 'U8',
  'torch.BoolStorage': 'BOOL',
};

/** Dictionaries inside one another that are looked into for tensors. */
const MAX_DEPTH = 8;
/** What files of PyTorch before 1.6 begin with, as a pickled integer. */
const MAGIC = 0x1950a86a20f9469cfc6cn;

/** The values that tensors are views of. */
interface StorageRecord {
  readonly dtype: string;
  readonly key: string;
  readonly count: number;
}

/** A tensor of the file, before its values are read. */
class TensorRecord {
  constructor(
    readonly storage: StorageRecord,
    readonly offset: number,
    readonly shape: Shape,
    readonly strides: Shape,
  ) {}
}

/**
 * Reads the tensors of a file that `torch.save(model.state_dict(), file)` wrote (`.pth`, `.pt`, `.bin`), also by
 * PyTorch before 1.6. Those of dictionaries inside others are named by both keys (`state_dict.fc.weight`); what is no
 * tensor is passed over. The pickle in the file is read, not run: only what state dicts consist of is known.
 * `loadTorchStateDict` puts the tensors into a model.
 * @throws FormatError for what is truncated, inconsistent or no state dict (a whole pickled model, say); TypeError;
 * RangeError
 */
export function loadTorch(
  bytes: Uint8Array,
  options: LoadTorchOptions = {},
): Map<string, StoredArray> {
  checkArity('loadTorch', arguments.length, 2);
  const file = bytesOf('loadTorch', 'bytes', bytes);
  checkOptions('loadTorch', options, ['maxElements', 'name']);
  const { maxElements = 2 ** 28, name = 'pth' } = options;
  if (typeof name !== 'string') throw wrongKind('loadTorch', 'name', 'a string', name);
  checkInteger('loadTorch', 'maxElements', maxElements, 0);
  const { value, storages } = isZip(file) ? readArchive(file, name) : readLegacy(file, name);
  const found = tensorsIn(name, value);
  checkElements(name, found, maxElements);
  return new Map(
    Array.from(found, ([key, record]) => [
      key,
      readTensor(`${name}: ${plain(key)}`, record, storages),
    ]),
  );
}

/** Whether bytes begin as a file of PyTorch does: a zip archive, or a pickled integer of ten bytes. */
export function isTorchFile(bytes: Uint8Array): boolean {
  return isZip(bytes) || [0x80, 2, 0x8a, 10].every((byte, i) => bytes[i] === byte);
}

/** The bytes of the storage with this key. */
type Storages = (record: StorageRecord) => Uint8Array;

interface Contents {
  readonly value: PickleValue;
  readonly storages: Storages;
}

/** A zip archive: `data.pkl`, and a file for each storage. */
function readArchive(bytes: Uint8Array, name: string): Contents {
  const files = readZip(bytes, name);
  const main = [...files.keys()].find((path) => /^([^/]+\/)?data\.pkl$/.test(path));
  if (main === undefined) throw new FormatError(`${name}: expected data.pkl in the zip file`);
  const root = main.slice(0, -'data.pkl'.length);
  const order = files.get(`${root}byteorder`)?.();
  if (order && new TextDecoder().decode(order.slice()) !== 'little') {
    throw new FormatError(`${name}: byteorder: expected little`);
  }
  const value = new PickleReader(files.get(main)!(), `${name}: data.pkl`, RULES).read();
  const storages = ({ key }: StorageRecord) => {
    const file = files.get(`${root}data/${key}`);
    if (!file) throw new Error(`expected storage ${plain(key)} in the file`);
    return file();
  };
  return { value, storages };
}

/** Pickles one after another: a magic number, the version, the writer's machine, the value, the keys; then the storages. */
function readLegacy(bytes: Uint8Array, name: string): Contents {
  const sizes = new Map<string, StorageRecord>();
  const persistent = (id: PickleValue) => {
    const storage = storageOf(id);
    sizes.set(storage.key, storage);
    return storage;
  };
  const reader = new PickleReader(bytes, name, { ...RULES, persistent });
  if (!isTorchFile(bytes) || reader.read() !== MAGIC) {
    throw new FormatError(`${name}: expected a file that torch.save wrote, got other data`);
  }
  reader.read();
  reader.read();
  const value = reader.read();
  const keys = reader.read();
  const found = new Map<string, Uint8Array>();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (const key of Array.isArray(keys) ? (keys as unknown[]) : []) {
    const storage = sizes.get(String(key));
    const begin = reader.at + 8;
    const end = storage ? begin + storage.count * bytesPerValue(storage.dtype)! : Infinity;
    if (end > bytes.length || Number(view.getBigInt64(reader.at, true)) !== storage!.count) {
      throw new FormatError(`${name}: storage ${plain(key)}: truncated, or of another size`);
    }
    found.set(storage!.key, bytes.subarray(begin, end));
    reader.at = end;
  }
  const storages = ({ key }: StorageRecord) => {
    if (!found.has(key)) throw new Error(`expected storage ${plain(key)} in the file`);
    return found.get(key)!;
  };
  return { value, storages };
}

const RULES: PickleRules = {
  call(name, args) {
    if (name === 'collections.OrderedDict') return new Map(args[0] as Iterable<[string, unknown]>);
    if (name === 'torch._utils._rebuild_tensor_v2') return tensorOf(args);
    if (name === 'torch._utils._rebuild_parameter') return args[0];
    if (name === 'torch.Size') return args[0];
    throw new Error(
      `expected what state dicts consist of, got ${name}: ` +
        'save model.state_dict(), not the model, without other objects',
    );
  },
  persistent: (id) => storageOf(id),
};

function storageOf(id: PickleValue): StorageRecord {
  const [kind, type, key, , count] = Array.isArray(id) ? (id as unknown[]) : [];
  const dtype = type instanceof PickleGlobal ? DTYPES[type.name] : undefined;
  if (kind !== 'storage' || dtype === undefined || typeof key !== 'string' || !isSize(count)) {
    const got = type instanceof PickleGlobal ? type.name : 'none';
    throw new Error(`expected a storage of ${Object.keys(DTYPES).join(', ')}, got ${got}`);
  }
  return { dtype, key, count };
}

function tensorOf([storage, offset, shape, strides]: readonly PickleValue[]): TensorRecord {
  const { count = -1 } = (storage ?? {}) as Partial<StorageRecord>;
  if (!isSize(count) || !isSize(offset) || !isSizes(shape) || !isSizes(strides)) {
    throw new Error('expected a storage, an offset, sizes and strides of a tensor');
  }
  const size = sizeOf(shape);
  const last = shape.reduce((sum, extent, i) => sum + (extent - 1) * strides[i]!, offset);
  const isInside = size === 0 || (Number.isSafeInteger(last) && last < count && size <= count);
  if (shape.length !== strides.length || !isInside) {
    throw new Error(
      `expected a tensor inside its storage of ${count}, ` +
        `got ${formatShape(shape)} with strides ${formatShape(strides)} from ${offset}`,
    );
  }
  return new TensorRecord(storage as StorageRecord, offset, shape, strides);
}

const isSize = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0;

const isSizes = (value: unknown): value is number[] => Array.isArray(value) && value.every(isSize);

/** The tensors in a dictionary and in those inside it, by their keys; a dictionary is looked into once. */
function tensorsIn(name: string, root: PickleValue): Map<string, TensorRecord> {
  const found = new Map<string, TensorRecord>();
  const seen = new Set<PickleValue>();
  const visit = (value: PickleValue, path: string, depth: number) => {
    if (!(value instanceof Map) || depth > MAX_DEPTH) {
      throw new FormatError(`${name}: expected a state dict, a dictionary of tensors`);
    }
    if (seen.has(value)) return;
    seen.add(value);
    for (const [key, item] of value as Map<unknown, unknown>) {
      const inner = path === '' ? String(key) : `${path}.${String(key)}`;
      if (item instanceof TensorRecord) found.set(inner, item);
      else if (item instanceof Map) visit(item, inner, depth + 1);
    }
  };
  visit(root, '', 0);
  return found;
}

function checkElements(name: string, found: Map<string, TensorRecord>, most: number): void {
  let elements = 0;
  for (const { shape } of found.values()) elements += sizeOf(shape);
  if (elements <= most) return;
  throw new FormatError(
    `${name}: expected at most ${most} elements (maxElements), got ${elements}`,
  );
}

function readTensor(place: string, record: TensorRecord, storages: Storages): StoredArray {
  const { storage, offset, shape, strides } = record;
  const { dtype, count } = storage;
  const width = bytesPerValue(dtype)!;
  const bytes = inFile(place, () => storages(storage));
  if (bytes.length !== count * width) {
    throw new FormatError(
      `${place}: expected ${count * width} bytes in its storage, got ${bytes.length}`,
    );
  }
  const last = shape.reduce((sum, extent, i) => sum + (extent - 1) * strides[i]!, offset);
  const end = sizeOf(shape) === 0 ? offset : last + 1;
  return storedArray(dtype, shape, `${place}: ${dtype}`, () => {
    const values = readValues(dtype, bytes.slice(offset * width, end * width).buffer);
    return inOrder(values, shape, strides);
  });
}

/** The values of a view, row after row. */
function inOrder(values: TensorData, shape: Shape, strides: Shape): TensorData {
  let expected = 1;
  const isDense = shape.every((_, i) => {
    const axis = shape.length - 1 - i;
    const fits = shape[axis] === 1 || strides[axis] === expected;
    expected *= shape[axis]!;
    return fits;
  });
  if (isDense) return values;
  const result = values.slice(0, sizeOf(shape));
  const index = shape.map(() => 0);
  for (let i = 0; i < result.length; i++) {
    result[i] = values[index.reduce((sum, at, axis) => sum + at * strides[axis]!, 0)]!;
    for (let axis = shape.length - 1; axis >= 0 && ++index[axis]! === shape[axis]; axis--)
      index[axis] = 0;
  }
  return result;
}
