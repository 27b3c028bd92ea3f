/** The way from a worker's script to the thread that started it. */
export interface WorkerPort {
  postMessage(message: unknown, transfer?: Transferable[]): void;
  onMessage(listener: (message: unknown) => void): void;
}

/** Called in a worker, of the web or of Node. */
export function findPort(): WorkerPort {
  if (typeof self !== 'undefined' && typeof postMessage === 'function') {
    return {
      postMessage: (message, transfer = []) => postMessage(message, { transfer }),
      onMessage: (listener) => (self.onmessage = ({ data }) => listener(data)),
    };
  }
  const { parentPort } = process.getBuiltinModule('node:worker_threads');
  return {
    postMessage: (message, transfer = []) =>
      parentPort!.postMessage(message, transfer as ArrayBuffer[]),
    onMessage: (listener) => parentPort!.on('message', listener),
  };
}
