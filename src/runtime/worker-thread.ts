/** A thread of the platform, by what the pool needs of it. */
export interface WorkerThread {
  postMessage(message: unknown): void;
  /** `ended` is called at most once: with what went wrong, or that the thread is no more. */
  listen(received: (message: unknown) => void, ended: (reason: string) => void): void;
  terminate(): Promise<void>;
}

/** Starts `script` as a Worker of the web where there are such, else as one of Node; it keeps no process alive. */
export async function startWorkerThread(script: URL): Promise<WorkerThread> {
  return typeof Worker === 'function' ? startWebWorker(script) : startNodeWorker(script);
}

function startWebWorker(script: URL): WorkerThread {
  const worker = new Worker(script, { type: 'module', name: 'simdgrad' });
  (worker as { unref?: () => void }).unref?.();
  return {
    postMessage: (message) => worker.postMessage(message),
    listen(received, ended) {
      worker.addEventListener('message', ({ data }) => received(data));
      worker.addEventListener('messageerror', () => ended('a message could not be read'));
      worker.addEventListener('error', (event) => {
        event.preventDefault();
        ended(event.message || `${script.href} cannot be started as a module worker`);
      });
    },
    terminate: async () => worker.terminate(),
  };
}

async function startNodeWorker(script: URL): Promise<WorkerThread> {
  // Not a literal: bundlers for the web do not know the module.
  const name = 'node:worker_threads';
  const threads = (await import(/* @vite-ignore */ /* webpackIgnore: true */ name)) as Pick<
    typeof import('node:worker_threads'),
    'Worker'
  >;
  const worker = new threads.Worker(script);
  worker.unref();
  return {
    postMessage: (message) => worker.postMessage(message),
    listen(received, ended) {
      worker.on('message', received);
      worker.on('error', (error) => ended(String(error)));
      worker.on('exit', (code) => ended(`it exited with code ${code}`));
    },
    terminate: async () => void (await worker.terminate()),
  };
}
