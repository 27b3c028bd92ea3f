// Results as files: Markdown, and a page of its own with bars (SVG, no other files).

import { mkdirSync, writeFileSync } from 'node:fs';
import type { ResultRow } from './harness.js';
import type { Peak } from './peak.js';
import { chartPage } from './report-page.js';
import { comparisonTable, toMarkdown } from './table.js';

export interface Report {
  /** What was measured on what, a line each. */
  readonly header: readonly string[];
  readonly peak: Peak;
  readonly rows: readonly ResultRow[];
}

const FOLDER = new URL('./results/', import.meta.url);

/** Writes results/SUITE.md and results/SUITE.html for each suite. @returns the paths in results/ */
export function writeReports({ header, peak, rows }: Report, baseline: string): string[] {
  mkdirSync(FOLDER, { recursive: true });
  return [...new Set(rows.map(({ suite }) => suite))].flatMap((suite) => {
    const ofSuite = rows.filter((row) => row.suite === suite);
    const table = toMarkdown(comparisonTable(ofSuite, baseline, peak));
    const lines = header.map((line) => `- ${line}`).join('\n');
    const files = {
      [`${suite}.md`]: `# Benchmark: ${suite}\n\n${lines}\n\n${table}\n`,
      [`${suite}.html`]: chartPage(suite, header, ofSuite, peak),
    };
    for (const [file, text] of Object.entries(files)) writeFileSync(new URL(file, FOLDER), text);
    return Object.keys(files);
  });
}
