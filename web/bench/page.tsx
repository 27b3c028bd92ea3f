import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { BENCH_TASKS, type BenchTask } from '../../src/cli/bench/workloads.js';
import { text } from '../text.js';
import { compare, measuredPeak, type Row } from './measure.js';
import { asJson, asMarkdown, nameOf, type Result, taskName } from './results.js';

const words = text.bench;
/** Those that take least. */
const QUICK = new Set(['conv1x1_256x14_to1024', 'dw3x3_512x14']);
/** A peak below this share of the first one: the device has become slower. */
const THROTTLED = 0.85;

/** The measurement: who started it may end it. */
function useBench() {
  const results = useSignal<readonly Result[]>([]);
  const peaks = useSignal<readonly number[]>([]);
  const doing = useSignal<string | undefined>(undefined);
  const failure = useSignal<string | undefined>(undefined);
  const abort = useRef<AbortController | undefined>(undefined);
  useEffect(() => () => abort.current?.abort(), []);
  const run = async (tasks: readonly BenchTask[]) => {
    const { signal } = (abort.current = new AbortController());
    results.value = [];
    peaks.value = [];
    failure.value = undefined;
    try {
      for (const [i, task] of tasks.entries()) {
        doing.value = words.doing(i + 1, tasks.length, taskName(task));
        peaks.value = [...peaks.value, await measuredPeak()];
        results.value = [...results.value, { task, rows: await compare(task, signal) }];
      }
    } catch (error) {
      if (!signal.aborted) failure.value = String(error);
    } finally {
      doing.value = undefined;
    }
  };
  return { results, peaks, doing, failure, run, stop: () => abort.current?.abort() };
}

export function Page() {
  const { results, peaks, doing, failure, run, stop } = useBench();
  const isRunning = doing.value !== undefined;
  const peak = Math.max(0, ...peaks.value);
  const throttled = (peaks.value.at(-1) ?? peak) < THROTTLED * (peaks.value[0] ?? 0);
  return (
    <>
      <header class="hero">
        <h1>{words.title}</h1>
        <p>{words.lead}</p>
      </header>
      <section class="card bench-head" aria-label={words.title}>
        <div class="buttons">
          <button class="main" disabled={isRunning} onClick={() => void run(BENCH_TASKS)}>
            {words.all}
          </button>
          <button
            disabled={isRunning}
            onClick={() => void run(BENCH_TASKS.filter(({ id }) => QUICK.has(id)))}
          >
            {words.quick}
          </button>
          <button disabled={!isRunning} onClick={stop}>
            {words.stop}
          </button>
          <p class="status" role="status">
            {doing.value ?? (results.value.length > 0 ? words.done : words.ready)}
          </p>
        </div>
        {failure.value && (
          <p class="error" role="alert">
            {failure.value}
          </p>
        )}
        {throttled && <p class="notice">{words.throttled}</p>}
        <p class="note">{words.how}</p>
        <Copy results={results.value} peak={peak} />
      </section>
      <div class="bench">
        {results.value.map(({ task, rows }) => (
          <TaskCard key={taskName(task)} name={taskName(task)} rows={rows} peak={peak} />
        ))}
      </div>
    </>
  );
}

function Copy({ results, peak }: { results: readonly Result[]; peak: number }) {
  const copy = (content: string) => () => void navigator.clipboard.writeText(content);
  const isEmpty = results.length === 0;
  return (
    <div class="row">
      <button disabled={isEmpty} onClick={copy(asJson(results, peak))}>
        {words.json}
      </button>
      <button disabled={isEmpty} onClick={copy(asMarkdown(results, peak))}>
        {words.markdown}
      </button>
    </div>
  );
}

/** A bar for each implementation, against the peak of one thread. */
function TaskCard({ name, rows, peak }: { name: string; rows: readonly Row[]; peak: number }) {
  const most = Math.max(peak, ...rows.map(({ gflops }) => gflops));
  return (
    <section class="card">
      <h2>{name}</h2>
      <ul class="speeds" style={{ '--peak': (peak / most).toFixed(4) }}>
        {rows.map((row) => (
          <li key={nameOf(row)}>
            <b>{nameOf(row)}</b>
            <i
              class={row.implementation.name}
              style={{ '--share': (row.gflops / most).toFixed(4) }}
            />
            <span>{words.speed(row.gflops, row.timesJs)}</span>
            <small>{words.times(row.msMin, row.msMedian, row.msMax)}</small>
          </li>
        ))}
      </ul>
      <p class="note peak-note">{words.peak(peak)}</p>
    </section>
  );
}
