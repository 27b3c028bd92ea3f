/** Lets the event loop run: signals, timers, a page's input. Quicker than a timer where the engine allows it. */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === 'function') setImmediate(resolve);
    else setTimeout(resolve, 0);
  });
}
