/** How long runs took, in milliseconds. */
export interface Latency {
  readonly runs: number;
  readonly min: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

/** Runs after which the engine has compiled what it is going to. */
const WARM_UPS = 3;

/** Runs for so long, at least so often, and says how long each took. */
export async function measureLatency(
  run: () => unknown,
  { seconds, minRuns = 10, now = () => performance.now() }: LatencyOptions,
): Promise<Latency> {
  for (let i = 0; i < WARM_UPS; i++) await run();
  const times: number[] = [];
  const end = now() + 1000 * seconds;
  while (times.length < minRuns || now() < end) {
    const begin = now();
    const pending = run();
    // Awaiting what is not a promise would add a turn of the event loop.
    if (pending instanceof Promise) await pending;
    times.push(now() - begin);
  }
  return latencyOf(times);
}

export interface LatencyOptions {
  readonly seconds: number;
  /** Default 10. */
  readonly minRuns?: number;
  /** Milliseconds that only go up. Default `performance.now`. */
  readonly now?: () => number;
}

/** The nearest-rank percentiles of times. */
export function latencyOf(times: readonly number[]): Latency {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
  return {
    runs: sorted.length,
    min: sorted[0]!,
    p50: at(0.5),
    p90: at(0.9),
    p99: at(0.99),
    max: sorted.at(-1)!,
  };
}
