import { InitError } from '../errors.js';

/** The way from a worker's script to the thread that started it. */
export interface WorkerPort {
  postMessage(message: unknown, transfer?: Transferable[]): void;
  /** @param unreadable called for a message that came and cannot be read here: nothing of it is known */
  onMessage(listener: (message: unknown) => void, unreadable: () => void): void;
}

/**
 * Called in a worker, of the web or of Node.
 * @param op what errors name
 * @throws InitError anywhere else
 */
export function findPort(op: string): WorkerPort {
  const { window, process } = globalThis as { window?: object; process?: NodeJS.Process };
  if (typeof self !== 'undefined' && typeof postMessage === 'function' && window !== self) {
    return {
      postMessage: (message, transfer = []) => postMessage(message, { transfer }),
      onMessage(listener, unreadable) {
        self.onmessage = ({ data }) => listener(data);
        self.onmessageerror = unreadable;
      },
    };
  }
  const parentPort = process?.getBuiltinModule?.('node:worker_threads').parentPort;
  if (!parentPort) {
    throw new InitError(`${op}: thread: expected a worker, got the main thread`);
  }
  return {
    postMessage: (message, transfer = []) =>
      parentPort.postMessage(message, transfer as ArrayBuffer[]),
    onMessage(listener, unreadable) {
      parentPort.on('message', listener).on('messageerror', unreadable);
    },
  };
}
