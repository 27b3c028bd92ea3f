/** A string in edge runtimes, whose `setImmediate` throws. */
declare const EdgeRuntime: unknown;

/** Lets the event loop run: signals, timers, a page's input. Quicker than a timer where the engine allows it. */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const isQuick = typeof setImmediate === 'function' && typeof EdgeRuntime === 'undefined';
    if (isQuick) setImmediate(resolve);
    else setTimeout(resolve, 0);
  });
}

/** A function that lets the event loop run whenever that was last done longer ago than this. */
export function nextTaskEvery(milliseconds: number): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last <= milliseconds) return;
    await nextTask();
    last = performance.now();
  };
}
