import { wrongKind } from '../check.js';
import { describe, shorten } from '../describe.js';
import type { FormatError } from '../errors.js';
import { CsvTable, type Row } from './csv-table.js';

/** Which columns of a table hold what, as its reader is told. */
interface ColumnOptions {
  readonly labelColumn?: number | string;
  readonly targetColumns?: readonly (number | string)[];
  readonly valueColumns?: readonly (number | string)[];
  readonly header?: boolean;
}

/** Which columns of a table hold what. */
export interface Columns {
  readonly label: number;
  readonly values: readonly number[];
  /** In place of the label, those of numbers that are to be learnt. */
  readonly targets: readonly number[] | undefined;
  /** The labels of the samples. */
  readonly labels: readonly string[];
  /** Whether the first row is the header. */
  readonly skipFirst: boolean;
  /** What error messages call a column: by its name, or its number. */
  name(column: number): string;
}

interface Survey {
  readonly first: Row;
  /** How many cells rows have, without those at the end that are empty in all of them. */
  readonly width: number;
  /** The cells of each column asked for. */
  readonly columns: readonly (readonly string[])[];
}

/** What a header calls the class, best first. */
const LABELS = [/^labels?$/i, /^class(es)?$/i, /^targets?$/i];
/** What a header calls the numbers of the rows. */
const INDEX = /^(|index|id|unnamed: ?\d+)$/i;
/** What stands for a value that is not known. */
const MISSING = /^(\?|nan)$/i;
/** So many cells that count up from 0 or 1 are names. */
const COUNTING = 10;

/** Finds the header, the labels and the values. @throws FormatError where they cannot be told */
export function findColumns(table: CsvTable, options: ColumnOptions): Columns {
  const { targetColumns, valueColumns } = options;
  const labelColumn = targetColumns?.[0] ?? options.labelColumn;
  const first = table.rows().next().value as Row | undefined;
  if (!first) throw table.error('table', 'at least one series', 'blank lines only');
  const comment = options.header === undefined ? namesInComment(table, first) : undefined;
  const names = comment ?? first.cells;
  const named = typeof labelColumn === 'string' ? names.indexOf(labelColumn) : labelIn(names);
  const told = typeof labelColumn === 'number' ? labelColumn : 0;
  const survey = surveyTable(table, first, [named, told]);
  if (survey.width < 2) throw noValues(table, first);
  const skipFirst = !comment && isHeader(table, survey, options);
  const header = skipFirst ? first.cells : comment;
  const find = (argument: string, column: number | string) =>
    findColumn(argument, column, survey.width, header);
  const isNamed = header !== undefined && named >= 0 && typeof labelColumn !== 'number';
  const label = isNamed
    ? named
    : find(targetColumns ? 'targetColumns' : 'labelColumn', labelColumn ?? 0);
  const targets = targetColumns?.map((column) => find('targetColumns', column));
  const columns = {
    label,
    targets,
    values:
      valueColumns?.map((column) => find('valueColumns', column)) ??
      valuesBeside(label, survey.width, header, targets),
    labels: survey.columns[isNamed ? 0 : 1]!.slice(Number(skipFirst)),
    skipFirst,
    name: (column: number) => shorten(header?.[column] ?? String(column)),
  };
  if (columns.values.length === 0) throw noValues(table, first);
  if (columns.labels.length === 0)
    throw table.error('table', 'at least one series', 'a header only');
  if (!isNamed && labelColumn === undefined) checkGuess(table, columns, header);
  return columns;
}

/** The last comment above the first row, where it has as many cells, as NumPy writes the names of columns. */
function namesInComment(table: CsvTable, { cells }: Row): readonly string[] | undefined {
  if (table.comment.includes('"')) return undefined;
  const row = new CsvTable(table.comment, table.separator).rows().next().value as Row | undefined;
  const names = row?.cells;
  if (names?.length !== cells.length) return undefined;
  return names.every((name) => isNaN(table.number(name))) ? names : undefined;
}

/** The column that a header names as the class, −1 for none; `y` does where it is the last. */
function labelIn(names: readonly string[]): number {
  const found = LABELS.map((pattern) => names.findIndex((name) => pattern.test(name)));
  const last = names.length - 1;
  return found.find((column) => column >= 0) ?? (/^y$/i.test(names[last]!) ? last : -1);
}

function surveyTable(table: CsvTable, first: Row, wanted: readonly number[]): Survey {
  let [width, fewest] = [0, Infinity];
  const columns = wanted.map((): string[] => []);
  for (const { cells } of table.rows()) {
    let used = cells.length;
    while (used > 0 && cells[used - 1] === '') used--;
    width = Math.max(width, used);
    fewest = Math.min(fewest, cells.length);
    wanted.forEach((column, i) => columns[i]!.push(cells[column] ?? ''));
  }
  if (fewest < width) throw raggedRow(table, first);
  return { first, width, columns };
}

/** The error for the first row that is not as long as most are. */
function raggedRow(table: CsvTable, first: Row): FormatError {
  const counts = new Map<number, number>();
  for (const { cells } of table.rows()) {
    counts.set(cells.length, (counts.get(cells.length) ?? 0) + 1);
  }
  const usual = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a))[0];
  let odd = first;
  for (odd of table.rows()) {
    if (odd.cells.length < usual || odd.cells.slice(usual).some((cell) => cell !== '')) break;
  }
  const { length } = odd.cells;
  const place = `line ${odd.line}, column ${Math.min(length, usual)}`;
  return table.error(place, `${usual} cells in all, as most lines have`, `${length}`);
}

function isHeader(
  table: CsvTable,
  { first: { cells }, width, columns: [named, plain] }: Survey,
  { header, labelColumn, targetColumns = [], valueColumns = [] }: ColumnOptions,
): boolean {
  if (header !== undefined) return header;
  const isText = (cell: string) => isNaN(table.number(cell));
  const told = [labelColumn, ...targetColumns, ...valueColumns];
  if (told.some((column) => typeof column === 'string' && cells.includes(column))) return true;
  if (cells.some((cell, i) => MISSING.test(cell) || (cell === '' && i > 0 && i < width)))
    return false;
  if (cells.every(isText)) return true;
  const name = named![0]!;
  if (LABELS.some((pattern) => pattern.test(name)) && !named!.includes(name, 1)) return true;
  const [label, ...labels] = plain!;
  if (isText(label!) && labels.length > 0 && !labels.some(isText)) return true;
  return countsUp(cells.slice(1, -1).map((cell) => table.number(cell)));
}

/** 0, 1, 2 … or 1, 2, 3 …, as pandas names columns. */
function countsUp(numbers: readonly number[]): boolean {
  const [start] = numbers;
  const isStart = start === 0 || start === 1;
  return isStart && numbers.length >= COUNTING && numbers.every((n, i) => n === start + i);
}

function findColumn(
  argument: string,
  column: unknown,
  width: number,
  header: readonly string[] | undefined,
): number {
  if (typeof column !== 'string' && typeof column !== 'number') {
    throw wrongKind('csvDataset', argument, 'a name or a number', column);
  }
  const at = typeof column === 'string' && header ? header.indexOf(column) : Number(column);
  if (Number.isInteger(at) && at >= 0 && at < width) return at;
  const known = header ? `one of ${shorten(header.join(', '))} or a number` : 'a number';
  throw new RangeError(
    `csvDataset: ${argument}: expected ${known} in [0, ${width}), got ${describe(column)}`,
  );
}

/** All columns behind the label, or all before it where it is the last, or all but the targets; never numbers of rows. */
function valuesBeside(
  label: number,
  width: number,
  header: readonly string[] | undefined,
  targets: readonly number[] | undefined,
): readonly number[] {
  const all = Array.from({ length: width }, (_, column) => column);
  const beside = label === width - 1 ? all.slice(0, label) : all.slice(label + 1);
  const values = targets ? all.filter((column) => !targets.includes(column)) : beside;
  return values.filter((column) => column > 0 || !header || !INDEX.test(header[0]!));
}

function noValues(table: CsvTable, { line, cells }: Row): FormatError {
  const expected = 'a label and values with tabs, semicolons, commas or white space between';
  return table.error(`line ${line}`, expected, describe(cells));
}

/** Refuses a first column that can be no class. */
function checkGuess(
  table: CsvTable,
  { label, labels, name, skipFirst }: Columns,
  header: readonly string[] | undefined,
): void {
  const numbers = labels.map((cell) => table.number(cell));
  if (numbers.some(isNaN)) return;
  if (header && INDEX.test(header[label]!)) {
    const expected = 'a column named label, class or target, or the option labelColumn';
    throw table.error('header', expected, `numbers of rows first: ${describe(header)}`);
  }
  const at = numbers.findIndex((number) => !Number.isInteger(number));
  if (at < 0) return;
  const place = `line ${table.lineOf(at + Number(skipFirst))}, column ${name(label)}`;
  throw table.error(place, 'a class (labelColumn tells its column)', describe(labels[at]));
}
