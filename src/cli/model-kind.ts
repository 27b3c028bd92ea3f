import { open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError, readingInput } from './errors.js';
import { describeBytes } from './image/sniff.js';

/** Where a model comes from: a folder of this library, a file of another one, or named weights without a net. */
export type ModelKind = 'simdgrad' | 'onnx' | 'tfjs' | 'tflite' | 'safetensors' | 'torch';

/** A model as it was found. */
export interface FoundModel {
  readonly kind: ModelKind;
  /** The folder of this library's models; the file of all others. */
  readonly file: string;
}

/** What the first bytes of models look like that cannot be read, as Latin-1, and what to do. */
const OTHERS: readonly (readonly [RegExp, string])[] = [
  [/^\x89HDF\r\n/, 'a Keras file in HDF5: convert it with tensorflowjs_converter'],
  [
    /^PK\x03\x04[^]{26}(metadata|config)\.json/,
    'a Keras file: convert it with tensorflowjs_converter',
  ],
];

const HEAD_BYTES = 512;

/**
 * Says what a path names, by the contents: names of files say little.
 * @returns `simdgrad` also where there is nothing: the folder's own errors say what a model here consists of
 * @throws InputError for a file that is no model
 */
export async function findModel(path: string): Promise<FoundModel> {
  const entry = path === '' ? undefined : await stat(path).catch(() => undefined);
  if (!entry) return { kind: 'simdgrad', file: path };
  const file = entry.isDirectory() ? join(path, 'model.json') : path;
  if (entry.isDirectory() && (await isOurs(file)) !== false)
    return { kind: 'simdgrad', file: path };
  const head = await readingInput(path, () => readHead(file));
  const text = Buffer.from(head).toString('latin1');
  const other = OTHERS.find(([signature]) => signature.test(text));
  if (other) throw notModel(path, other[1]);
  const kind = kindOf(head, text);
  if (!kind) throw notModel(path, describeBytes(head));
  if (kind !== 'tfjs' || !(await isOurs(file))) return { kind, file };
  // The model.json of a folder of this library.
  return { kind: 'simdgrad', file: join(file, '..') };
}

function kindOf(head: Uint8Array, text: string): ModelKind | undefined {
  if (/^[^]{4}TFL3/.test(text)) return 'tflite';
  if (/^(\xef\xbb\xbf)?\s*[[{]\s*["{]/.test(text)) return 'tfjs';
  // A length of eight bytes, then JSON.
  if (/^[^]{4,7}\0+\{["}\s]/.test(text) && text[8] === '{') return 'safetensors';
  // A ZIP archive, or a pickle of the protocols 2 to 5.
  if (/^(PK\x03\x04|\x80[\x02-\x05])/.test(text)) return 'torch';
  // The first field of a protobuf message: the version of the format, or the text of its producer.
  return head.length > 8 && /^(\x08[\x01-\x1f]|\x12[^]|\x3a[^])/.test(text) ? 'onnx' : undefined;
}

function notModel(path: string, got: string): InputError {
  return new InputError(
    `${path}: expected a folder of simdgrad train, or a model of ONNX, TensorFlow.js, TFLite, safetensors or PyTorch, got ${got}`,
  );
}

async function readHead(file: string): Promise<Uint8Array> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** Whether a model.json is one of this library; undefined where there is none, or none that can be read. */
async function isOurs(file: string): Promise<boolean | undefined> {
  try {
    const json = JSON.parse(await readFile(file, 'utf8')) as { format?: unknown } | null;
    return typeof json === 'object' && !Array.isArray(json) && json?.format === 'simdgrad-model';
  } catch {
    return undefined;
  }
}
