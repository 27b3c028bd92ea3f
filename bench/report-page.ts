// A self-contained page of bar charts: one chart for each workload and pass, the shortest bar is the fastest.

import type { ResultRow } from './harness.js';
import type { Peak } from './peak.js';
import {
  fastest,
  type Line,
  linesOf,
  nameOf,
  shareOfPeak,
  significant,
  WASM_PEERS,
} from './table.js';

const LABELS = 230;
const BARS = 360;
const NOTES = 290;
const ROW = 22;
/** A bar this many times as long as the fastest peer's is cut off. */
const LONGEST = 4;

const STYLE = `
:root { color-scheme: light dark; --ours: #2563eb; --peer: #94a3b8; --native: #d97706; --line: #8886 }
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 940px; padding: 0 1rem }
h1 { font-size: 1.5rem } h2 { font-size: 1rem; margin: 1.6rem 0 .3rem }
ul { padding-left: 1.1rem; font-size: .85rem; opacity: .8 }
svg { width: 100%; height: auto; font: 12px system-ui, sans-serif; fill: currentColor }
.ours { fill: var(--ours) } .peer { fill: var(--peer) } .native { fill: var(--native) }
.reference { stroke: var(--line); stroke-dasharray: 3 3 } .error { fill: #dc2626 }
.key span { display: inline-block; width: .8em; height: .8em; margin: 0 .35em 0 1em }
`;

export function chartPage(
  suite: string,
  header: readonly string[],
  rows: readonly ResultRow[],
  peak: Peak,
): string {
  const items = header.map((line) => `<li>${escape(line)}</li>`).join('');
  const key = Object.entries({ '--ours': 'simdgrad', '--peer': 'peers', '--native': 'native code' })
    .map(([colour, text]) => `<span style="background:var(${colour})"></span>${text}`)
    .join('');
  const charts = linesOf(rows).map((line) => chart(line, peak));
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>simdgrad benchmark: ${suite}</title>
<style>${STYLE}</style>
<h1>Benchmark: ${suite}</h1>
<ul>${items}</ul>
<p class="key">${key}. Milliseconds, shorter is faster; the dashed line is the fastest wasm peer.</p>
${charts.join('\n')}
</html>
`;
}

function chart(line: Line, peak: Peak): string {
  const peer = fastest(line, WASM_PEERS);
  const timed = line.results.flatMap(({ msMin }) => (msMin === null ? [] : [msMin]));
  const longest = Math.min(Math.max(...timed), LONGEST * (peer ?? Infinity));
  const widthOf = (ms: number) => (BARS * Math.min(ms, longest)) / longest;
  const bars = line.results.map((result, i) => bar(result, i * ROW, widthOf, peer, peak));
  const height = line.results.length * ROW;
  const reference =
    peer === null
      ? ''
      : `<line class="reference" x1="${LABELS + widthOf(peer)}" x2="${LABELS + widthOf(peer)}" y2="${height}"/>`;
  const size = `viewBox="0 0 ${LABELS + BARS + NOTES} ${height}"`;
  const title = `${line.id}, ${line.pass}`;
  return `<h2>${title}</h2>\n<svg ${size} role="img" aria-label="${title}">${bars.join('')}${reference}</svg>`;
}

function bar(
  result: ResultRow,
  top: number,
  widthOf: (ms: number) => number,
  peer: number | null,
  peak: Peak,
): string {
  const baseline = top + ROW * 0.68;
  const text = (x: number, content: string, rest = '') =>
    `<text x="${x}" y="${baseline}" ${rest}>${escape(content)}</text>`;
  const label = text(LABELS - 8, nameOf(result), 'text-anchor="end"');
  const { msMin, error } = result;
  if (msMin === null)
    return label + text(LABELS, error!.split('\n', 1)[0]!.slice(0, 90), 'class="error"');
  const width = widthOf(msMin);
  const rect = `<rect class="${kindOf(result)}" x="${LABELS}" y="${top + 3}" width="${width}" height="${ROW - 6}" rx="2"/>`;
  return label + rect + text(LABELS + width + 6, notes(result, msMin, peer, peak));
}

function notes(result: ResultRow, msMin: number, peer: number | null, peak: Peak): string {
  const share = shareOfPeak(result, peak);
  return [
    `${significant(msMin)} ms`,
    ...(peer === null || WASM_PEERS.includes(result.impl) ? [] : [`${significant(peer / msMin)}x`]),
    ...(result.gflops === null ? [] : [`${significant(result.gflops)} GFLOP/s`]),
    ...(share === null ? [] : [`${(100 * share).toFixed(0)} % of peak`]),
  ].join(' · ');
}

function kindOf({ impl, variant }: ResultRow): string {
  if (impl === 'simdgrad') return 'ours';
  return variant === 'native' ? 'native' : 'peer';
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
