// Timing of one implementation, inside its own process.

/** What is timed. */
export interface Run {
  run(): void | Promise<void>;
}

const WARMUP_RUNS = 3;

/** Runs until compilers have settled: this long, and three times; the fastest single run, in ms. */
export async function warmUp(run: Run, warmupMs: number): Promise<number> {
  const begin = performance.now();
  let fastest = Infinity;
  for (let runs = 0; runs < WARMUP_RUNS || performance.now() - begin < warmupMs; runs++) {
    fastest = Math.min(fastest, await sample(run, 1));
  }
  return fastest;
}

/** The mean time of a run, in ms. */
export async function sample(run: Run, repetitions: number): Promise<number> {
  const begin = performance.now();
  for (let i = 0; i < repetitions; i++) {
    // Awaiting what is not a promise would add a turn of the event loop to every short run.
    const pending = run.run();
    if (pending !== undefined) await pending;
  }
  return (performance.now() - begin) / repetitions;
}
