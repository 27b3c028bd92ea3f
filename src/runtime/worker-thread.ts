/** A thread of the platform: what the host of one needs of it. */
export interface WorkerThread {
  /** Sends a copy, and moves these buffers. */
  postMessage(message: unknown, transfer?: Transferable[]): void;
  /** From now on the thread keeps no process alive. To be called after `listen`, which undoes it. */
  unref(): void;
  /** `ended` is called with what went wrong, or that the thread is no more. */
  listen(received: (message: unknown) => void, ended: (reason: string) => void): void;
  terminate(): Promise<void>;
}

/**
 * Starts a thread of the pool: a Worker of the web, or one of Node where there are none and where they would keep the
 * process alive, as in Deno.
 * @param script the one beside the library's JavaScript unless given
 */
export function startWorkerThread(script?: URL): WorkerThread {
  const { process } = globalThis as { process?: { versions?: { node?: string } } };
  const hasProcess = process?.versions?.node !== undefined;
  const fit = typeof Worker === 'function' && (!hasProcess || 'unref' in Worker.prototype);
  if (!fit) return startNodeThread(script ?? besideThis('pool-worker.js'));
  // Written out: bundlers look for this form. webpack would make one script of two with the same name.
  const worker = script
    ? new Worker(script, { type: 'module', name: 'simdgrad-pool' })
    : new Worker(new URL('./pool-worker.js', import.meta.url), {
        type: 'module',
        name: 'simdgrad-pool',
      });
  return webThread(worker);
}

/**
 * Whether a script is to run in a thread of Node: where there are no Workers of the web, and in Deno, whose Workers end
 * without a word.
 * @param script asked for in Deno only: a bundle may have no address
 */
export function isForNode(script: () => URL): boolean {
  return typeof Worker !== 'function' || ('Deno' in globalThis && script().protocol === 'file:');
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
    unref: () => (worker as { unref?: () => void }).unref?.(),
    listen(received, ended) {
      worker.addEventListener('message', ({ data }) => received(data));
      worker.addEventListener('messageerror', () => ended('a message could not be read'));
      worker.addEventListener('error', (event) => {
        event.preventDefault();
        ended(event.message || CANNOT_START);
      });
      // Not of the standard: Bun tells so of a worker that exited.
      worker.addEventListener('close', () => ended('it exited'));
    },
    terminate: async () => worker.terminate(),
  };
}

/** Browsers do not say which. */
const CANNOT_START =
  'its script is missing, not served as JavaScript, or forbidden by the Content-Security-Policy (worker-src)';

/** A thread of Node. */
export function startNodeThread(script: URL): WorkerThread {
  // Not imported: bundlers for the web refuse Node's modules.
  const { Worker } = process.getBuiltinModule('node:worker_threads');
  // Without the program's own flags: some, as `--input-type`, are an error for a script in a file.
  const worker = new Worker(script, { execArgv: [] });
  return {
    postMessage: (message, transfer = []) => worker.postMessage(message, transfer as ArrayBuffer[]),
    unref: () => worker.unref(),
    listen(received, ended) {
      worker.on('message', received);
      worker.on('messageerror', () => ended('a message could not be read'));
      worker.on('error', (error) => ended(String(error)));
      worker.on('exit', (code) => ended(`it exited with code ${code}`));
    },
    terminate: async () => void (await worker.terminate()),
  };
}
