import type { Cell, Chapter, Step, Value } from './chapter.js';

const WIDTH = 80;
const INDENT = '    ';
const GAP = '     ';

type Entry = [name: string, value: Value];
type Table = [name: string, cells: readonly (readonly Cell[])[]];

/** A chapter as text for a terminal. */
export function chapterText(chapter: Chapter, number: number): string {
  const heading = `${number}. ${chapter.title}`;
  const steps = Object.values(chapter.steps).map(stepText);
  return [heading, '═'.repeat(heading.length), '', steps.join('\n\n'), ''].join('\n');
}

function stepText({ text, values, shift = {} }: Step): string {
  const lines = wrap(text);
  for (const run of runsOf(Object.entries(values))) {
    lines.push('', ...(isTable(run[0]!) ? tablesText(run as Table[]) : vectorsText(run, shift)));
  }
  return lines.join('\n');
}

/** Cuts the values of a step where tables follow on vectors or vectors on tables. */
function runsOf(entries: readonly Entry[]): Entry[][] {
  const runs: Entry[][] = [];
  for (const entry of entries) {
    const last = runs.at(-1);
    if (last && isTable(last[0]!) === isTable(entry)) last.push(entry);
    else runs.push([entry]);
  }
  return runs;
}

function isTable(entry: Entry): entry is Table {
  const value = entry[1];
  return Array.isArray(value) && Array.isArray(value[0]);
}

/** Tables side by side, as many as fit into a line. */
function tablesText(tables: readonly Table[]): string[] {
  const lines: string[] = [];
  let row: string[] = [];
  for (const [name, cells] of tables) {
    const block = tableText(name, cells);
    const joined = row.length ? beside(row, block) : block;
    if (row.length && joined[0]!.length > WIDTH - INDENT.length) {
      lines.push(...row, '');
      row = block;
    } else row = joined;
  }
  return [...lines, ...row].map((line) => (INDENT + line).trimEnd());
}

/** A matrix under its name, or a table whose first row says what is in the columns. */
function tableText(name: string, cells: readonly (readonly Cell[])[]): string[] {
  const decimals = decimalsOf(cells.flat());
  const rows = cells.map((row) => row.map((cell) => cellText(cell, decimals)));
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const isMatrix = rows[0]!.every((_, i) => typeof cells[0]![i] === 'number' || widths[i] === 1);
  const width = Math.max(...widths);
  const lines = isMatrix
    ? [name, ...rows.map((row) => row.map((cell) => cell.padStart(width)).join(' '))]
    : rows.map((row) => row.map((cell, i) => aligned(cell, widths[i]!, i === 0)).join('   '));
  const longest = Math.max(...lines.map((line) => line.length));
  return lines.map((line) => line.padEnd(longest));
}

function aligned(cell: string, width: number, isLeft: boolean): string {
  return isLeft ? cell.padEnd(width) : cell.padStart(width);
}

function beside(left: readonly string[], right: readonly string[]): string[] {
  const height = Math.max(left.length, right.length);
  const line = (block: readonly string[], i: number) => block[i] ?? ' '.repeat(block[0]!.length);
  return Array.from({ length: height }, (_, i) => line(left, i) + GAP + line(right, i));
}

/** Vectors under each other, place under place, and single cells. */
function vectorsText(vectors: readonly Entry[], shift: Readonly<Record<string, number>>): string[] {
  const nameWidth = Math.max(...vectors.map(([name]) => name.length));
  const rows = vectors.map(([name, value]) => {
    const cells = [value].flat() as Cell[];
    const decimals = decimalsOf(cells);
    return { name, isVector: Array.isArray(value), cells: cells.map((x) => cellText(x, decimals)) };
  });
  const inVectors = rows.flatMap(({ isVector, cells }) => (isVector ? cells : []));
  const width = Math.max(0, ...inVectors.map((cell) => cell.length));
  return rows.map(({ name, isVector, cells }) => {
    const indent = ' '.repeat((width + 1) * (shift[name] ?? 0));
    const text = cells.map((cell) => cell.padStart(isVector ? width : 0)).join(' ');
    return `${INDENT}${name.padEnd(nameWidth)}   ${indent}${text}`;
  });
}

/** The fewest decimals, up to 4, that say all numbers as exactly as float32 knows them. */
function decimalsOf(cells: readonly Cell[]): number {
  const numbers = cells.filter((cell) => typeof cell === 'number');
  const isEnough = (decimals: number) =>
    numbers.every(
      (x) => Math.abs(x - Number(x.toFixed(decimals))) <= 2e-7 * Math.max(1, Math.abs(x)),
    );
  return [0, 1, 2, 3].find(isEnough) ?? 4;
}

function cellText(cell: Cell, decimals: number): string {
  if (typeof cell === 'string') return cell;
  const digits = Math.abs(cell).toFixed(Number.isInteger(cell) ? 0 : decimals);
  return cell < 0 && Number(digits) !== 0 ? `−${digits}` : digits;
}

function wrap(text: string): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1)!;
    if (last.length + 1 + word.length > WIDTH) lines.push(word);
    else lines[lines.length - 1] = last ? `${last} ${word}` : word;
  }
  return lines;
}
