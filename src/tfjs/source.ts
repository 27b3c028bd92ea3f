import { bytesOf, checkFunction, wrongKind } from '../check.js';
import { tagOf } from '../describe.js';
import { FormatError } from '../errors.js';
import { inFile, MAX_JSON } from '../formats/json.js';

/**
 * Gives the bytes of a file by its path: `model.json` first, then the paths that it names, which lie beside it or below
 * it. `maxBytes` is the most that will be taken.
 */
export type TfjsFetcher = (path: string, maxBytes: number) => Promise<Uint8Array> | Uint8Array;

/** A model that is there already. */
export interface TfjsFiles {
  /** The contents of model.json: text, bytes, or what JSON.parse made of it. */
  readonly modelJson: string | Uint8Array | object;
  /** The contents of the files of weights, in the order of the paths in model.json. */
  readonly weights: readonly Uint8Array[];
}

/** Where a model is: the URL of its model.json, a function that gives its files, or the files. */
export type TfjsSource = string | URL | TfjsFetcher | TfjsFiles;

/** A source opened: its model.json and a way to its other files. */
export interface OpenSource {
  /** The name of the file, for messages. */
  readonly file: string;
  readonly text: string;
  /** The bytes of the file of weights with this path, the n-th of all. */
  weights(path: string, n: number, maxBytes: number): Promise<Uint8Array> | Uint8Array;
}

/**
 * Reads the model.json of a source.
 * @param fetcher what fetches URLs; the global one where it is left out
 * @throws TypeError for another kind of source; FormatError; what the fetcher throws
 */
export async function openSource(
  op: string,
  source: TfjsSource,
  fetcher: typeof fetch | undefined,
): Promise<OpenSource> {
  if (fetcher !== undefined) checkFunction(op, 'fetch', fetcher);
  if (typeof source === 'function') return openFetcher(op, 'model.json', source);
  if (typeof source === 'string' || tagOf(source) === 'URL') {
    const { file, read } = fetcherOf(String(source), fetcher ?? fetch);
    return openFetcher(op, file, read);
  }
  const { modelJson, weights } = (source ?? {}) as TfjsFiles;
  if (modelJson === undefined || !Array.isArray(weights)) {
    const expected = 'a URL, a function that gives files, or { modelJson, weights: [bytes, …] }';
    throw wrongKind(op, 'source', expected, source);
  }
  const files = weights.map((bytes, i) => bytesOf(op, `weights[${i}]`, bytes));
  const file = 'model.json';
  return {
    file,
    text: textOf(op, file, modelJson),
    weights: (path, n) => {
      if (n < files.length) return files[n]!;
      throw new FormatError(
        `${file}: weights: expected more than ${files.length} files: the contents of ${path} are missing`,
      );
    },
  };
}

async function openFetcher(op: string, file: string, read: TfjsFetcher): Promise<OpenSource> {
  const bytes = async (path: string, maxBytes: number) =>
    bytesOf(op, `what the fetcher gave for ${path}`, await read(path, maxBytes));
  return {
    file,
    // In UTF-8 a character takes up to three bytes.
    text: textOf(op, file, await bytes(file, 3 * MAX_JSON)),
    weights: (path, _, maxBytes) => bytes(path, maxBytes),
  };
}

function textOf(op: string, file: string, json: string | Uint8Array | object): string {
  if (typeof json === 'string') return json;
  if (typeof json !== 'object' || json === null) throw wrongKind(op, 'modelJson', 'JSON', json);
  if (!ArrayBuffer.isView(json) && !/ArrayBuffer$/.test(tagOf(json))) return JSON.stringify(json);
  const bytes = bytesOf(op, 'modelJson', json);
  if (bytes.length > 3 * MAX_JSON) {
    throw new FormatError(
      `${file}: expected at most ${MAX_JSON} characters, got ${bytes.length} bytes`,
    );
  }
  // A copy: decoders refuse shared memory.
  return inFile(file, () => new TextDecoder('utf-8', { fatal: true }).decode(bytes.slice()));
}

/** Fetches the files beside a URL; its query, a signature say, goes to all of them. */
function fetcherOf(url: string, fetcher: typeof fetch): { file: string; read: TfjsFetcher } {
  const [, base, name, query = ''] = /^([^?#]*?)([^/?#]*)(\?[^#]*)?(#.*)?$/s.exec(url)!;
  const file = name || 'model.json';
  return {
    file,
    read: async (path, maxBytes) => {
      const escaped = path === name ? path : path.split('/').map(encodeURIComponent).join('/');
      const response = await fetcher(base + escaped + query);
      if (!response.ok) throw new Error(`${base}${path}: HTTP ${response.status}`);
      return readBody(path, response, maxBytes);
    },
  };
}

/** The body of a response, read no further than `maxBytes`. */
async function readBody(path: string, response: Response, maxBytes: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = response.body?.getReader();
  if (!reader) return new Uint8Array(await response.arrayBuffer());
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > maxBytes) {
      await reader.cancel();
      throw new FormatError(`${path}: expected at most ${maxBytes} bytes, got more`);
    }
    parts.push(value);
  }
  const bytes = new Uint8Array(length);
  for (const part of parts.reverse()) bytes.set(part, (length -= part.length));
  return bytes;
}
