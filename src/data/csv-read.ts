import { describe, shorten } from '../describe.js';
import type { CsvOptions } from './csv-options.js';
import { type Columns, findColumns } from './csv-columns.js';
import { CsvTable } from './csv-table.js';
import type { DatasetSource } from './dataset-source.js';

const UNKNOWN_CLASS = /^(|\?|nan)$/i;

/** What the text of a table holds. @throws FormatError */
export function readCsv(text: string, options: CsvOptions): DatasetSource {
  const csv = new CsvTable(text, options.separator);
  const columns = findColumns(csv, options);
  const { targets } = columns;
  if (targets) {
    return {
      inputs: readValues(csv, columns),
      inputShape: [columns.values.length],
      targets: readValues(csv, { ...columns, values: targets }),
    };
  }
  const names = classNamesOf(csv, columns.labels);
  const classNames = options.classNames ?? sortNames(csv, new Set(names));
  return {
    inputs: readValues(csv, columns),
    inputShape: [columns.values.length, 1],
    labels: readLabels(csv, columns, names, classNames, options.classNames !== undefined),
    classNames,
  };
}

function readValues(table: CsvTable, { values, labels, skipFirst, name }: Columns): Float32Array {
  const inputs = new Float32Array(labels.length * values.length);
  let at = skipFirst ? -values.length : 0;
  let mark: string | undefined;
  for (const { line, cells } of table.rows()) {
    if (at < 0) {
      at = 0;
      continue;
    }
    for (const column of values) {
      const cell = cells[column]!;
      const number = table.number(cell);
      const own = table.separator === ';' ? /[.,]/.exec(cell)?.[0] : undefined;
      if (isNaN(number) || (own !== undefined && own !== (mark ??= own))) {
        const marked = mark === undefined ? '' : ` with ${describe(mark)} as decimal mark`;
        const place = `line ${line}, column ${name(column)}`;
        throw table.error(place, `a finite number${marked}`, describe(cell));
      }
      inputs[at++] = number;
    }
  }
  return inputs;
}

/** Class names as written, or all as plain numbers where all are numbers. */
function classNamesOf(table: CsvTable, labels: readonly string[]): readonly string[] {
  const numbers = labels.map((label) => table.number(label));
  return numbers.every((number) => Math.abs(number) <= Number.MAX_SAFE_INTEGER)
    ? numbers.map((number) => String(number))
    : labels;
}

function sortNames(table: CsvTable, names: ReadonlySet<string>): string[] {
  const list = [...names];
  const isNumbers = list.every((name) => !isNaN(table.number(name)));
  return isNumbers ? list.sort((a, b) => table.number(a) - table.number(b)) : list.sort();
}

function readLabels(
  table: CsvTable,
  { label, labels, name, skipFirst }: Columns,
  names: readonly string[],
  classNames: readonly string[],
  isTold: boolean,
): Int32Array {
  const index = new Map(classNames.map((each, i) => [each, i]));
  return Int32Array.from(names, (each, i) => {
    const at = index.get(labels[i]!) ?? index.get(each);
    if (at !== undefined && (isTold || !UNKNOWN_CLASS.test(each))) return at;
    const place = `line ${table.lineOf(i + Number(skipFirst))}, column ${name(label)}`;
    const expected = isTold ? `a class of ${shorten(classNames.join(', '))}` : 'a class';
    throw table.error(place, expected, describe(labels[i]));
  });
}
