/** A thread of the platform, by what the pool needs of it. */
export interface WorkerThread {
  postMessage(message: unknown): void;
  /** From now on the thread keeps no process alive. To be called after `listen`, which undoes it. */
  unref(): void;
  /** `ended` is called at most once: with what went wrong, or that the thread is no more. */
  listen(received: (message: unknown) => void, ended: (reason: string) => void): void;
  terminate(): Promise<void>;
}

/**
 * Starts a Worker of the web, or one of Node where there are none and where they would keep the process alive, as in
 * Deno.
 * @param script the one beside the library's JavaScript unless given
 */
export function startWorkerThread(script?: URL): WorkerThread {
  const { process } = globalThis as { process?: { versions?: { node?: string } } };
  const hasProcess = process?.versions?.node !== undefined;
  const fit = typeof Worker === 'function' && (!hasProcess || 'unref' in Worker.prototype);
  return fit ? startWebWorker(script) : startNodeWorker(script);
}

function startWebWorker(script?: URL): WorkerThread {
  // Written out: bundlers look for this form.
  const worker = script
    ? new Worker(script, { type: 'module', name: 'simdgrad' })
    : new Worker(new URL('./pool-worker.js', import.meta.url), {
        type: 'module',
        name: 'simdgrad',
      });
  return {
    postMessage: (message) => worker.postMessage(message),
    unref: () => (worker as { unref?: () => void }).unref?.(),
    listen(received, ended) {
      worker.addEventListener('message', ({ data }) => received(data));
      worker.addEventListener('messageerror', () => ended('a message could not be read'));
      worker.addEventListener('error', (event) => {
        event.preventDefault();
        ended(
          event.message ||
            `${script?.href ?? 'pool-worker.js'} cannot be started as a module worker`,
        );
      });
    },
    terminate: async () => worker.terminate(),
  };
}

function startNodeWorker(script?: URL): WorkerThread {
  // Not imported: bundlers for the web refuse Node's modules. Not their form of an address: they would copy the script.
  const { Worker } = process.getBuiltinModule('node:worker_threads');
  const { url } = import.meta;
  const worker = new Worker(script ?? new URL('./pool-worker.js', url));
  return {
    postMessage: (message) => worker.postMessage(message),
    unref: () => worker.unref(),
    listen(received, ended) {
      worker.on('message', received);
      worker.on('error', (error) => ended(String(error)));
      worker.on('exit', (code) => ended(`it exited with code ${code}`));
    },
    terminate: async () => void (await worker.terminate()),
  };
}
