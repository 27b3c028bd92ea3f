import { bytesOf, checkArity, checkBoolean, wrongKind } from '../check.js';
import { isBuffer } from '../describe.js';
import { FormatError } from '../errors.js';
import { checkOptions } from '../options.js';
import { rejectNonData } from './bytes.js';
import type { CsvOptions } from './csv-options.js';
import { Dataset } from './dataset.js';
import { checkClassNames } from './dataset-source.js';
import { maybeGunzip } from './gzip.js';

/** As many characters as every engine takes in a string. */
const MAX_BYTES = 2 ** 29 - 24;

/**
 * A data set of 1-D signals [length, 1], or with `targetColumns` of measurements [columns], from a table with one sample per line, as text or its bytes, gzipped or
 * plain. Tabs, semicolons, commas or else white space are between cells, whichever fits; numbers have decimal commas
 * where semicolons do. Cells are quoted as in RFC 4180. Lines before the first row that begin with `#` are comments.
 * Classes become 0 … k − 1 in sorted order, by number where all are numbers (so `1.0e0` and `1` are one class, `1`).
 * @throws FormatError that names line, column and separator: for cells that are missing or no finite numbers
 */
export async function csvDataset(
  table: string | Uint8Array,
  options: CsvOptions = {},
): Promise<Dataset> {
  checkArity('csvDataset', arguments.length, 2);
  if (typeof table !== 'string' && !ArrayBuffer.isView(table) && !isBuffer(table)) {
    throw wrongKind('csvDataset', 'table', 'text or its bytes', table);
  }
  checkCsvOptions(options);
  const text = await decode(table);
  const { readCsv } = await import('./csv-read.js');
  return new Dataset(readCsv(text, options));
}

function checkCsvOptions(options: CsvOptions): void {
  const known = [
    'labelColumn',
    'targetColumns',
    'valueColumns',
    'header',
    'separator',
    'classNames',
  ];
  checkOptions('csvDataset', options, known);
  const { header, separator, classNames } = options;
  if (header !== undefined) checkBoolean('csvDataset', 'header', header);
  if (classNames !== undefined) checkClassNames('csvDataset', classNames);
  for (const name of ['valueColumns', 'targetColumns'] as const) {
    const columns: unknown = options[name];
    if (columns !== undefined && !(Array.isArray(columns) && columns.length > 0)) {
      throw wrongKind('csvDataset', name, 'an array of columns', columns);
    }
  }
  for (const name of ['labelColumn', 'classNames'] as const) {
    if (options.targetColumns === undefined || options[name] === undefined) continue;
    throw wrongKind('csvDataset', name, 'none beside targetColumns', options[name]);
  }
  const isOne = typeof separator === 'string' && /^[^"\r\n]$/.test(separator);
  if (separator !== undefined && !isOne) {
    throw wrongKind('csvDataset', 'separator', 'one character between cells', separator);
  }
}

async function decode(table: string | Uint8Array): Promise<string> {
  const text = typeof table === 'string' ? table : decodeBytes(await gunzipTable(table));
  const plain = text.replace(/^\uFEFF/, '');
  rejectNonData('csv', 'table', plain);
  return plain;
}

function gunzipTable(table: Uint8Array): Promise<Uint8Array> {
  return maybeGunzip(bytesOf('csvDataset', 'table', table), { name: 'table', maxBytes: MAX_BYTES });
}

function decodeBytes(bytes: Uint8Array): string {
  const fail = (place: string, expected: string, got: string): never => {
    throw new FormatError(`csv: ${place}: expected ${expected}, got ${got}`);
  };
  if (bytes.length > MAX_BYTES) fail('table', `at most ${MAX_BYTES} bytes`, `${bytes.length}`);
  const [first, second] = bytes;
  if (first! + second! === 0xff + 0xfe || (first === 0) !== (second === 0)) {
    fail('table', 'text in UTF-8', 'UTF-16: save it in UTF-8');
  }
  const text = new TextDecoder().decode(bytes);
  const wrong = text.indexOf('\uFFFD');
  if (wrong < 0) return text;
  const line = text.slice(0, wrong).split(/\r\n?|\n/).length;
  return fail(`line ${line}`, 'text in UTF-8', 'other bytes');
}
