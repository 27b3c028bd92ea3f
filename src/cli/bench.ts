import { cpus } from 'node:os';
import { capabilities, init, type Variant } from '../index.js';
import { type BenchRow, compareTask } from './bench/compare.js';
import { measurePeak, type Peaks } from './bench/peak.js';
import { enableRelaxedSimd } from './bench/relaxed-simd.js';
import { BENCH_TASKS } from './bench/workloads.js';
import { benchTable } from './display.js';
import { print } from './terminal.js';
import { writeJson } from './write-json.js';

// Beside the bundled command (scripts/build.js).
const WORKER = new URL('./bench-worker.js', import.meta.url);

/** Measures this machine: each variant that the engine accepts, next to plain JavaScript and to the peak. */
export async function bench({ json }: { json?: string }): Promise<void> {
  enableRelaxedSimd();
  await init({ variant: 'auto' });
  const { variant, reasons } = capabilities();
  const variants: Variant[] = variant === 'relaxed' ? ['simd', 'relaxed'] : ['simd'];
  const cpu = cpus()[0]?.model ?? 'unknown processor';
  print(process.stderr, [`Node ${process.version}, ${cpu}, one thread`, ...reasons].join('\n'));
  const rows: BenchRow[] = [];
  const peaks: Peaks = {};
  for (const task of BENCH_TASKS) {
    for (const name of variants) {
      peaks[name] = Math.max(peaks[name] ?? 0, measurePeak(name === 'relaxed'));
    }
    print(process.stderr, `${task.id} ${task.pass}`);
    rows.push(...(await compareTask(task, variants, WORKER)));
  }
  if (json !== undefined) await writeJson(json, { cpu, node: process.version, peaks, rows });
  if (json !== '-') print(process.stdout, benchTable(rows, peaks));
}
