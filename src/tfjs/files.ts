import { describe } from '../describe.js';
import { FormatError } from '../errors.js';
import { isRecord, parseJson } from '../formats/json.js';
import type { TfjsLimits } from './limits.js';
import { readManifest, type WeightGroup } from './manifest.js';
import { type OpenSource, openSource, type TfjsSource } from './source.js';
import { readGroup, type TfjsWeight } from './weights.js';

/** Objects and arrays inside one another: a nested model takes about eight. */
const MAX_DEPTH = 128;
/** Values in a model.json: a node of a graph has some fifteen. */
const MAX_VALUES = 2 ** 19;

/** What the files of a model hold. */
export interface TfjsContents {
  /** The name of the file, for messages. */
  readonly file: string;
  /** The model.json; undefined where the file is a manifest of weights by itself. */
  readonly model: Record<string, unknown> | undefined;
  readonly weights: Map<string, TfjsWeight>;
}

/**
 * Reads model.json, or a bare manifest, and all files of weights.
 * @throws TypeError; FormatError for files that are damaged or do not fit together
 */
export async function readFiles(
  op: string,
  source: TfjsSource,
  limits: Required<TfjsLimits>,
  fetcher: typeof fetch | undefined,
): Promise<TfjsContents> {
  const open = await openSource(op, source, fetcher);
  const { file } = open;
  const json = parseJson(file, open.text, MAX_DEPTH, MAX_VALUES);
  const model = isRecord(json) ? json : undefined;
  if (!model && !Array.isArray(json)) {
    throw new FormatError(
      `${file}: expected a model.json of TensorFlow.js, or a manifest of weights, got ${describe(json)}`,
    );
  }
  const weights = await readWeights(open, model ? model.weightsManifest : json, limits);
  return { file, model, weights };
}

/** The groups are read side by side, the files of one after another, so that no more is taken than the limits allow. */
async function readWeights(open: OpenSource, manifest: unknown, limits: Required<TfjsLimits>) {
  const groups = readManifest(open.file, manifest, limits.weightBytes);
  let n = 0;
  const parts = groups.map((group) => {
    const first = n;
    n += group.paths.length;
    return readPaths(open, group, first);
  });
  const weights = new Map<string, TfjsWeight>();
  for (const [i, files] of (await Promise.all(parts)).entries()) {
    readGroup(open.file, groups[i]!, files, weights);
  }
  return weights;
}

async function readPaths(open: OpenSource, group: WeightGroup, first: number) {
  const files: Uint8Array[] = [];
  let rest = group.bytes;
  for (const [i, path] of group.paths.entries()) {
    // One byte more shows that a file is too long.
    const bytes = await open.weights(path, first + i, rest + 1);
    rest = Math.max(0, rest - bytes.length);
    files.push(bytes);
  }
  return files;
}
