/** The way from a worker's script to the thread that started it. */
export interface WorkerPort {
  postMessage(message: unknown, transfer?: Transferable[]): void;
  onMessage(listener: (message: unknown) => void): void;
}

/** Called in a worker, of the web or of Node. */
export async function findPort(): Promise<WorkerPort> {
  if (typeof self !== 'undefined' && typeof postMessage === 'function') {
    return {
      postMessage: (message, transfer = []) => postMessage(message, { transfer }),
      onMessage: (listener) => (self.onmessage = ({ data }) => listener(data)),
    };
  }
  // Not a literal: bundlers for the web do not know the module.
  const name = 'node:worker_threads';
  const { parentPort } = (await import(
    /* @vite-ignore */ /* webpackIgnore: true */ name
  )) as typeof import('node:worker_threads');
  return {
    postMessage: (message, transfer = []) =>
      parentPort!.postMessage(message, transfer as ArrayBuffer[]),
    onMessage: (listener) => parentPort!.on('message', listener),
  };
}
