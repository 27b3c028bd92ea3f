import type { CallName, Calls, Reply, Report } from './protocol.js';

interface Pending {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/** The page's side of the thread that trains. */
export class TrainClient {
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  #nextId = 0;

  constructor(onReport: (report: Report) => void) {
    this.#worker = new Worker(new URL('./train-worker.js', import.meta.url), { type: 'module' });
    this.#worker.onmessage = ({ data }: MessageEvent<Reply | { report: Report }>) => {
      if ('report' in data) onReport(data.report);
      else this.#settle(data);
    };
    this.#worker.onerror = (event) => {
      event.preventDefault();
      const error = new Error(event.message || 'the script of the worker did not load');
      for (const { reject } of this.#pending.values()) reject(error);
      this.#pending.clear();
    };
  }

  call<Name extends CallName>(
    type: Name,
    payload: Calls[Name]['request'],
  ): Promise<Calls[Name]['result']> {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve: resolve as Pending['resolve'], reject });
      this.#worker.postMessage({ id, type, payload });
    });
  }

  terminate(): void {
    this.#worker.terminate();
  }

  #settle(reply: Reply): void {
    const pending = this.#pending.get(reply.id);
    this.#pending.delete(reply.id);
    if ('result' in reply) return pending?.resolve(reply.result);
    const { name, message } = reply.error;
    pending?.reject(Object.assign(new Error(message), { name }));
  }
}
