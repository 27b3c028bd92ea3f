// Results as tables, for the terminal and for Markdown.

import type { ResultRow } from './harness.js';
import type { Peak } from './peak.js';

export interface Table {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The peers that run in WebAssembly: the fastest of them is what the library is compared with. */
export const WASM_PEERS = ['tfjs-wasm', 'ort-web', 'ort-web-1.19-training', 'jax-js'];

/** What is compared: the results of one workload and pass. */
export interface Line {
  readonly suite: string;
  readonly id: string;
  readonly pass: string;
  readonly results: readonly ResultRow[];
}

export function linesOf(results: readonly ResultRow[]): Line[] {
  const lines = new Map<string, ResultRow[]>();
  for (const result of results) {
    const key = `${result.suite} ${result.id} ${result.pass}`;
    lines.set(key, [...(lines.get(key) ?? []), result]);
  }
  return [...lines.values()].map((ofLine) => {
    const { suite, id, pass } = ofLine[0]!;
    return { suite, id, pass, results: ofLine };
  });
}

/** The fastest of `impls`, by the minimum. */
export function fastest({ results }: Line, impls: readonly string[]): number | null {
  const times = results.flatMap(({ impl, msMin }) =>
    impls.includes(impl) && msMin !== null ? [msMin] : [],
  );
  return times.length === 0 ? null : Math.min(...times);
}

/** The share of the wasm peak, by the minimum; null where it says nothing: for plain JavaScript and native code. */
export function shareOfPeak({ gflops, variant }: ResultRow, peak: Peak): number | null {
  const limits: Record<string, number | null> = {
    ...{ simd: peak.simd, exact: peak.simd },
    ...{ relaxed: peak.relaxed, 'relaxed-exact': peak.relaxed },
  };
  const limit = limits[variant] ?? null;
  return gflops === null || limit === null ? null : gflops / limit;
}

export function nameOf({ impl, variant, threads }: ResultRow): string {
  return `${impl} ${variant}${threads > 1 ? ` ${threads} threads` : ''}`;
}

const HEADER = ['workload', 'pass', 'implementation', 'ms min', 'median'];

/**
 * One line per workload, pass and implementation: minimum and median, the rate (GFLOP/s, or images/s of a training
 * step), the share of the peak, and how many times as fast as `baseline` and as the fastest wasm peer, by the minima.
 */
export function comparisonTable(
  results: readonly ResultRow[],
  baseline: string,
  peak: Peak,
  rateOf: (result: ResultRow) => string | null = gigaflops,
): Table {
  const rows = linesOf(results).flatMap((line) => {
    const base = fastest(line, [baseline]);
    const peer = fastest(line, WASM_PEERS);
    return line.results.map((result) => {
      const { msMin, msMedian, error } = result;
      const labels = [line.id, line.pass, nameOf(result)];
      if (msMin === null)
        return [...labels, `error: ${error!.split('\n', 1)[0]}`, '', '', '', '', ''];
      const share = shareOfPeak(result, peak);
      return [
        ...labels,
        significant(msMin),
        significant(msMedian!),
        rateOf(result) ?? '',
        share === null ? '' : `${(100 * share).toFixed(0)} %`,
        times(base, msMin),
        times(peer, msMin),
      ];
    });
  });
  return { header: [...HEADER, 'rate', 'of peak', `x ${baseline}`, 'x wasm peer'], rows };
}

function times(other: number | null, ms: number): string {
  return other === null ? '' : significant(other / ms);
}

/** Columns aligned by spaces, labels to the left; an error takes the rest of its line. */
export function toText({ header, rows }: Table): string {
  const lines = [header, ...rows];
  const isError = (text: string) => text.startsWith('error:');
  const widths = header.map((_, column) =>
    Math.max(...lines.map((line) => (isError(line[column]!) ? 0 : line[column]!.length))),
  );
  const pad = (text: string, column: number) =>
    column < 3 || isError(text) ? text.padEnd(widths[column]!) : text.padStart(widths[column]!);
  return lines.map((line) => line.map(pad).join('  ').trimEnd()).join('\n');
}

export function toMarkdown({ header, rows }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = header.map((_, column) => (column < 3 ? '---' : '--:'));
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

/** Three significant digits, without an exponent. */
export function significant(value: number): string {
  return value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}
