import { FormatError } from '../errors.js';
import { rejectNonData } from './bytes.js';
import { Dataset } from './dataset.js';
import { maybeGunzip } from './gzip.js';

/** Which columns of a table hold what. A column is a name of the header or a number from 0. */
export interface CsvOptions {
  /** The column of the class: the header's `label` where there is one, the first column otherwise. */
  readonly labelColumn?: number | string;
  /** The columns of the signal, in order: all that follow the label, or all before it where it is last. */
  readonly valueColumns?: readonly (number | string)[];
  /** Whether the first line names the columns; unless told, when none of its cells is a number. */
  readonly header?: boolean;
  /** The classes by label (a test set takes those of its training set); those found, sorted, unless given. */
  readonly classNames?: readonly string[];
}

interface Row {
  /** The line in the file, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

interface Columns {
  readonly label: number;
  readonly values: readonly number[];
  name(column: number): string;
}

/**
 * A data set of 1-D signals [length, 1] from a table with one labelled series per line: cells
 * separated by commas, or by white space where the first line has no comma (the UCR archive's
 * files); text or its bytes, gzipped or plain. Classes become 0 … k − 1 in sorted order, by number
 * where all are numbers (so `1.0e0` and `1` are one class, named `1`). Throws a FormatError that
 * names line and column.
 */
export async function csvDataset(
  table: string | Uint8Array,
  options: CsvOptions = {},
): Promise<Dataset> {
  const rows = splitRows(await decode(table));
  const header = options.header ?? rows[0]!.cells.every((cell) => !isNumber(cell));
  const columns = chooseColumns(rows[0]!, header, options);
  const body = header ? rows.slice(1) : rows;
  if (body.length === 0) fail('table', 'at least one series', 'a header only');
  for (const { line, cells } of body) {
    const width = rows[0]!.cells.length;
    if (cells.length !== width) fail(`line ${line}`, `${width} cells`, cells.length);
  }
  const names = classNamesOf(body.map(({ cells }) => cells[columns.label]!));
  const classNames = options.classNames ?? sortNames(new Set(names));
  return new Dataset({
    inputs: readValues(body, columns),
    inputShape: [columns.values.length, 1],
    labels: readLabels(body, columns, names, classNames),
    classNames,
  });
}

async function decode(table: string | Uint8Array): Promise<string> {
  const bytes = typeof table === 'string' ? new TextEncoder().encode(table) : table;
  const plain = await maybeGunzip(bytes);
  rejectNonData('csv', 'table', plain);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(plain);
  } catch (cause) {
    throw new FormatError('csv: table: expected text in UTF-8, got other bytes', { cause });
  }
}

/** The cells of each line; blank lines are passed over, quotes around a cell removed. */
function splitRows(text: string): Row[] {
  const lines = text.split(/\r\n|\n|\r/).map((line) => line.trim());
  const first = lines.find((line) => line !== '');
  if (first === undefined) fail('table', 'at least one series', 'blank lines only');
  const separator = first.includes(',') ? /\s*,\s*/ : /\s+/;
  const rows = lines.map((content, i) => ({ line: i + 1, content })).filter((row) => row.content);
  return rows.map(({ line, content }) => ({
    line,
    cells: content.split(separator).map((cell) => cell.replace(/^"(.*)"$/, '$1')),
  }));
}

function chooseColumns(first: Row, header: boolean, options: CsvOptions): Columns {
  const { cells } = first;
  const name = (column: number) => (header ? cells[column]! : String(column));
  const find = (argument: string, column: number | string): number => {
    const at = typeof column === 'string' ? (header ? cells.indexOf(column) : -1) : column;
    if (Number.isInteger(at) && at >= 0 && at < cells.length) return at;
    const known = header ? `one of ${cells.slice(0, 8).join(', ')}… or a number` : 'a number';
    throw new RangeError(
      `csv: ${argument}: expected ${known} in [0, ${cells.length}), got ${String(column)}`,
    );
  };
  const fallback = header && cells.includes('label') ? 'label' : 0;
  const label = find('labelColumn', options.labelColumn ?? fallback);
  const all = Array.from(cells.keys());
  const besides = label === all.length - 1 ? all.slice(0, label) : all.slice(label + 1);
  const values = options.valueColumns?.map((c) => find('valueColumns', c)) ?? besides;
  if (values.length === 0) fail(`line ${first.line}`, 'a label and values', `${all.length} cells`);
  return { label, values, name };
}

function readValues(rows: readonly Row[], { values, name }: Columns): Float32Array {
  const inputs = new Float32Array(rows.length * values.length);
  let at = 0;
  for (const { line, cells } of rows) {
    for (const column of values) {
      const cell = cells[column]!;
      if (!isNumber(cell)) {
        fail(`line ${line}, column ${name(column)}`, 'a finite number', JSON.stringify(cell));
      }
      inputs[at++] = Number(cell);
    }
  }
  return inputs;
}

/** Class names as written, or all as plain numbers where all are numbers. */
function classNamesOf(labels: readonly string[]): readonly string[] {
  return labels.every(isNumber) ? labels.map((label) => String(Number(label))) : labels;
}

function sortNames(names: ReadonlySet<string>): string[] {
  const list = [...names];
  return list.every(isNumber) ? list.sort((a, b) => Number(a) - Number(b)) : list.sort();
}

function readLabels(
  rows: readonly Row[],
  columns: Columns,
  names: readonly string[],
  classNames: readonly string[],
): Int32Array {
  const index = new Map(classNames.map((name, i) => [name, i]));
  return Int32Array.from(names, (name, i) => {
    const label = index.get(name);
    if (label !== undefined) return label;
    const place = `line ${rows[i]!.line}, column ${columns.name(columns.label)}`;
    fail(place, `a class of ${classNames.join(', ')}`, JSON.stringify(name));
  });
}

/** A number that is finite in float32 too. */
function isNumber(cell: string): boolean {
  return cell !== '' && Number.isFinite(Math.fround(Number(cell)));
}

function fail(place: string, expected: string, got: string | number): never {
  throw new FormatError(`csv: ${place}: expected ${expected}, got ${got}`);
}
