// Results as tables, for the terminal and for Markdown.

import type { ResultRow } from './harness.js';

export interface Table {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/**
 * One line per workload and pass, one column per implementation: minimum, median and the rate (by default GFLOP/s),
 * and how many times faster than `baseline` (by the minima).
 */
export function comparisonTable(
  results: readonly ResultRow[],
  baseline: string,
  rateOf: (result: ResultRow) => string | null = gigaflops,
): Table {
  const columns = unique(results.map(columnOf));
  const lines = unique(results.map(lineOf));
  const header = ['workload', 'pass', ...columns.map((column) => `${column}, ms min / median`)];
  const rows = lines.map((line) => {
    const ofLine = results.filter((result) => lineOf(result) === line);
    const base = ofLine.find((result) => result.impl === baseline);
    const cells = columns.map((column) => {
      const result = ofLine.find((candidate) => columnOf(candidate) === column);
      return result === undefined ? '–' : cell(result, base, rateOf(result));
    });
    return [ofLine[0]!.id, ofLine[0]!.pass, ...cells];
  });
  return { header, rows };
}

/** Columns aligned by spaces, the first two to the left. */
export function toText({ header, rows }: Table): string {
  const lines = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  const pad = (text: string, column: number) =>
    column < 2 ? text.padEnd(widths[column]!) : text.padStart(widths[column]!);
  return lines.map((line) => line.map(pad).join('  ').trimEnd()).join('\n');
}

export function toMarkdown({ header, rows }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = header.map((_, column) => (column < 2 ? '---' : '--:'));
  const escaped = rows.map((row) => row.map((text) => text.replaceAll('|', '\\|')));
  return [line(header), line(rule), ...escaped.map(line)].join('\n');
}

function gigaflops({ gflops }: ResultRow): string | null {
  return gflops === null ? null : `${significant(gflops)} GFLOP/s`;
}

/** Of a training step: how many images pass in a second, at the minimum. */
export function imagesPerSecond(batch: number): (result: ResultRow) => string | null {
  return ({ msMin }) => (msMin === null ? null : `${significant((1000 * batch) / msMin)} images/s`);
}

function cell(result: ResultRow, base: ResultRow | undefined, rate: string | null): string {
  const { msMin, msMedian, error } = result;
  if (msMin === null || msMedian === null) return `error: ${error!.split('\n', 1)[0]}`;
  const isCompared = base !== undefined && base !== result && base.msMin !== null;
  const speedup = isCompared ? `, ${significant(base.msMin / msMin)}x` : '';
  return `${significant(msMin)} / ${significant(msMedian)}${rate === null ? '' : ` (${rate})`}${speedup}`;
}

function columnOf({ impl, variant, threads }: ResultRow): string {
  return `${impl} ${variant}${threads > 1 ? ` ${threads} threads` : ''}`;
}

function lineOf({ suite, id, pass }: ResultRow): string {
  return `${suite} ${id} ${pass}`;
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}

/** Three significant digits, without an exponent. */
function significant(value: number): string {
  return value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}
