import { bytesOf, wrongKind } from '../check.js';
import { describe, tagOf } from '../describe.js';
import type { ImportOptions } from '../imported/options.js';
import type { Module } from '../layers/module.js';

/** The formats of other libraries, in the order in which they are looked for. */
const FORMATS: readonly ImportedFormat[] = ['onnx', 'tfjs', 'tflite'];

/** A format of another library, as `createModelWorker` names it. */
export type ImportedFormat = 'onnx' | 'tfjs' | 'tflite';

/** A TensorFlow.js model: the URL of its model.json, which the worker fetches, or its files. */
export type TfjsModel =
  | string
  | URL
  | {
      readonly modelJson: string | Uint8Array | object;
      readonly weights: readonly Uint8Array[];
    };

/**
 * A model of another library, for `createModelWorker`: its file, and beside it the options of `loadOnnx`, `loadTfjs` or
 * `loadTflite` that can be sent to a worker (`trainable`, `freeze`, `limits`).
 */
export type ImportedFile = ImportOptions & { readonly limits?: object } & (
    { readonly onnx: Uint8Array } | { readonly tfjs: TfjsModel } | { readonly tflite: Uint8Array }
  );

/** The functions that read models of other libraries, by their format: `{ onnx: loadOnnx }`. */
export type Importers = {
  readonly [Format in ImportedFormat]?: (source: never, options: never) => Module | Promise<Module>;
};

/** The format of a model of another library; undefined for any other value. */
export function importedFormat(model: object): ImportedFormat | undefined {
  return FORMATS.find((format) => Object.hasOwn(model, format));
}

/**
 * A model of another library as it is sent, with bytes in memory of their own.
 * @returns it, and the buffers to move
 * @throws TypeError
 */
export function importedToSend(op: string, model: ImportedFile, format: ImportedFormat) {
  const { [format]: source, ...options } = model as unknown as Record<string, unknown>;
  const transfer: ArrayBuffer[] = [];
  const copy = (argument: string, bytes: unknown) => {
    const own = bytesOf(op, argument, bytes).slice();
    transfer.push(own.buffer);
    return own;
  };
  const argument = `model.${format}`;
  const sent = format === 'tfjs' ? filesToSend(op, argument, source, copy) : copy(argument, source);
  return { sent: { ...options, [format]: sent } as unknown as ImportedFile, transfer };
}

function filesToSend(
  op: string,
  argument: string,
  source: unknown,
  copy: (argument: string, bytes: unknown) => Uint8Array,
): TfjsModel {
  if (typeof source === 'string') return absolute(op, argument, source);
  if (tagOf(source) === 'URL') return (source as URL).href;
  const { modelJson, weights } = (source ?? {}) as Partial<Exclude<TfjsModel, string | URL>>;
  if (modelJson === undefined || !Array.isArray(weights)) {
    throw wrongKind(op, argument, 'a URL or { modelJson, weights: [bytes, …] }', source);
  }
  return {
    modelJson,
    weights: weights.map((bytes, i) => copy(`${argument}.weights[${i}]`, bytes)),
  };
}

/** The address of a file; a worker would look for a relative one beside its script. @throws TypeError */
function absolute(op: string, argument: string, address: string): string {
  const { location } = globalThis as { location?: { href: string } };
  try {
    return new URL(address, location?.href).href;
  } catch (cause) {
    const expected = location ? 'a URL' : 'a whole URL, with its scheme';
    throw new TypeError(`${op}: ${argument}: expected ${expected}, got ${describe(address)}`, {
      cause,
    });
  }
}

/**
 * Makes the module of a model that was sent.
 * @throws Error where the worker's script cannot read the format; what the function that can throws
 */
export async function loadImported(
  model: ImportedFile,
  format: ImportedFormat,
  importers: Importers,
): Promise<Module> {
  const load = importers[format] as ((source: unknown, options: object) => Module) | undefined;
  if (!load) {
    const name = `load${format[0]!.toUpperCase()}${format.slice(1)}`;
    throw new TypeError(
      `createModelWorker: model: expected a script that serves it, serveModel({ importers: { ${format}: ${name} } }), got one without ${format}`,
    );
  }
  const { [format]: source, ...options } = model as unknown as Record<string, unknown>;
  return load(source, options);
}
