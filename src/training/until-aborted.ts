/**
 * The items of a source until `signal` is aborted, also while one is waited for: what comes later is dropped, and the
 * source is closed after it.
 * @param within what the source is asked for an item in, as far as it makes the item at once
 */
export async function* untilAborted<Item>(
  items: Iterable<Item> | AsyncIterable<Item>,
  signal: AbortSignal | undefined,
  within: <T>(body: () => T) => T = (body) => body(),
): AsyncGenerator<Item, void> {
  const source = all(items);
  try {
    while (!signal?.aborted) {
      const next = await beforeAbort(
        within(() => source.next()),
        signal,
      );
      if (!next || next.done) return;
      yield next.value;
    }
  } finally {
    const closed = source.return();
    // Not waited for: it may come after what never comes.
    if (signal?.aborted) closed.catch(() => undefined);
    else await closed;
  }
}

async function* all<Item>(
  items: Iterable<Item> | AsyncIterable<Item>,
): AsyncGenerator<Item, void, void> {
  yield* items;
}

/** What the promise brings; undefined as soon as `signal` is aborted, whatever it brings then. */
function beforeAbort<Value>(
  promise: Promise<Value>,
  signal: AbortSignal | undefined,
): Promise<Value | undefined> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => resolve(undefined);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    promise
      .then(resolve, (error: unknown) => (signal.aborted ? abort() : reject(error as Error)))
      .finally(() => signal.removeEventListener('abort', abort));
  });
}
