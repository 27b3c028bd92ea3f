/** A thread of the platform: what the host of one needs of it. */
export interface WorkerThread {
  /** Sends a copy, and moves these buffers. */
  postMessage(message: unknown, transfer?: Transferable[]): void;
  /** `ended` is called with what went wrong, or that the thread is no more. */
  listen(received: (message: unknown) => void, ended: (reason: string) => void): void;
  terminate(): Promise<void>;
}

/**
 * Starts a thread of the pool: a Worker of the web where there are such, else one of Node; it keeps no process alive.
 * @param script the one beside the library's JavaScript unless given
 */
export function startWorkerThread(script?: URL): WorkerThread {
  if (typeof Worker !== 'function') {
    return startNodeThread(script ?? besideThis('pool-worker.js'), { isBackground: true });
  }
  // Written out: bundlers look for this form.
  const worker = script
    ? new Worker(script, { type: 'module', name: 'simdgrad' })
    : new Worker(new URL('./pool-worker.js', import.meta.url), {
        type: 'module',
        name: 'simdgrad',
      });
  (worker as { unref?: () => void }).unref?.();
  return webThread(worker);
}

/** A file beside the library's JavaScript. Bundlers do not know this form: they would copy a script once more. */
export function besideThis(file: string): URL {
  const { url } = import.meta;
  return new URL(file, url);
}

/** A Worker of the web. */
export function webThread(worker: Worker): WorkerThread {
  return {
    postMessage: (message, transfer = []) => worker.postMessage(message, transfer),
    listen(received, ended) {
      worker.addEventListener('message', ({ data }) => received(data));
      worker.addEventListener('messageerror', () => ended('a message could not be read'));
      worker.addEventListener('error', (event) => {
        event.preventDefault();
        ended(event.message || CANNOT_START);
      });
    },
    terminate: async () => worker.terminate(),
  };
}

/** Browsers do not say which. */
const CANNOT_START =
  'its script is missing, not served as JavaScript, or forbidden by the Content-Security-Policy (worker-src)';

/** @param isBackground whether the process may end while the thread runs */
export function startNodeThread(script: URL, { isBackground = false } = {}): WorkerThread {
  // Not imported: bundlers for the web refuse Node's modules.
  const { Worker } = process.getBuiltinModule('node:worker_threads');
  // Without the program's own flags: some, as `--input-type`, are an error for a script in a file.
  const worker = new Worker(script, { execArgv: [] });
  if (isBackground) worker.unref();
  return {
    postMessage: (message, transfer = []) => worker.postMessage(message, transfer as ArrayBuffer[]),
    listen(received, ended) {
      worker.on('message', received);
      worker.on('messageerror', () => ended('a message could not be read'));
      worker.on('error', (error) => ended(String(error)));
      worker.on('exit', (code) => ended(`it exited with code ${code}`));
    },
    terminate: async () => void (await worker.terminate()),
  };
}
