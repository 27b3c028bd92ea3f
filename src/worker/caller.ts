import { DisposedError, InitError, ThreadError } from '../errors.js';
import type { WorkerThread } from '../runtime/worker-thread.js';
import { describe } from '../describe.js';
import { fromPlainError, type PlainError, UNREADABLE } from './messages.js';
import { unsendable } from './unsendable.js';

/** The calls that a worker answers, by name: what is sent, and what comes back. */
type CallTable<Names extends PropertyKey> = Record<Names, { request: unknown; result: unknown }>;

/** From the worker: any number of reports, which the caller knows, then one result or error. */
interface Message {
  readonly id?: unknown;
  readonly type?: unknown;
  readonly payload?: unknown;
}

interface SendOptions<Report> {
  /** Buffers that are moved, not copied. */
  readonly transfer?: Transferable[];
  readonly signal?: AbortSignal | undefined;
  /** What errors name, if not the call's name. */
  readonly op?: string;
  /** Called with each report; what it throws ends the call. */
  readonly onReport?: (report: Report) => unknown;
}

interface Pending {
  readonly resolve: (value: never) => void;
  readonly reject: (reason: unknown) => void;
  readonly onReport?: ((report: never) => unknown) | undefined;
}

/** The host's side of a worker that answers calls, each by its number. */
export class Caller<Calls extends CallTable<keyof Calls>, Report = never> {
  readonly #owner: string;
  readonly #thread: WorkerThread;
  readonly #pending = new Map<number, Pending>();
  #calls = 0;
  /** Why no call can be answered any more. */
  #ended: Error | undefined;

  /**
   * @param owner the class or function that errors name
   * @throws InitError where no thread can be started
   */
  constructor(owner: string, start: () => WorkerThread) {
    this.#owner = owner;
    this.#thread = startThread(owner, start);
    this.#thread.listen(
      (message) => this.#receive(message),
      (reason) => {
        this.#end(new ThreadError(`${owner}: the worker ended unexpectedly: ${reason}`));
        this.#thread.terminate().catch(() => undefined);
      },
    );
  }

  /** The first answer; without one the worker is ended. An InitError where it died before. */
  async opened<Result>(answer: Promise<Result>): Promise<Result> {
    try {
      return await answer;
    } catch (error) {
      await this.terminate();
      throw error instanceof ThreadError ? new InitError(error.message, { cause: error }) : error;
    }
  }

  /** Sends a call and gives its answer; the signal's reason at once when that is aborted. */
  call<Name extends keyof Calls>(
    name: Name,
    payload: Calls[Name]['request'],
    { transfer = [], op = String(name), ...options }: SendOptions<Report> = {},
  ): Promise<Calls[Name]['result']> {
    return this.#answer(options, (id) => {
      try {
        this.#thread.postMessage({ id, type: name, payload }, transfer);
      } catch (cause) {
        throw unsendable(op, payload, transfer.length > 0, cause);
      }
    });
  }

  /** The answer to a call that the worker knows without being sent it. */
  unsent<Name extends keyof Calls>(
    _name: Name,
    signal: AbortSignal | undefined,
  ): Promise<Calls[Name]['result']> {
    return this.#answer({ signal }, () => undefined);
  }

  /** Ends the worker at once; pending and later calls reject with a DisposedError. */
  async terminate(): Promise<void> {
    this.#end(new DisposedError(`${this.#owner}: the worker was terminated`));
    await this.#thread.terminate();
  }

  #answer<Result>(
    { signal, onReport }: Omit<SendOptions<Report>, 'transfer' | 'op'>,
    send: (id: number) => void,
  ): Promise<Result> {
    const id = this.#calls++;
    const abort = () => this.#abort(id, signal!.reason);
    const answer = new Promise<Result>((resolve, reject) => {
      signal?.throwIfAborted();
      if (this.#ended) throw this.#ended;
      send(id);
      this.#pending.set(id, { resolve, reject, onReport });
      signal?.addEventListener('abort', abort, { once: true });
    });
    return answer.finally(() => signal?.removeEventListener('abort', abort));
  }

  /** Rejects a call and has the worker stop it. */
  #abort(id: number, reason: unknown): void {
    this.#take(id)?.reject(reason);
    if (this.#ended) return;
    try {
      this.#thread.postMessage({ id, type: 'abort' });
    } catch {
      // Some engines refuse messages to a worker that is no more; then there is nothing to stop.
    }
  }

  #receive(message: unknown): void {
    const { id, type, payload } = (message ?? {}) as Message;
    if (type === UNREADABLE) {
      this.#abortAll(new ThreadError(`${this.#owner}: the worker could not read a message`));
    } else if (!isAnswer(message)) {
      const got =
        typeof message === 'object' && message !== null
          ? `id ${describe(id)}, type ${describe(type)}, payload ${describe(payload)}`
          : describe(message);
      const expected = "expected the worker's answers alone, as messages with id, type and payload";
      this.#abortAll(new ThreadError(`${this.#owner}: ${expected}, got ${got}`));
    } else if (type === 'result') this.#take(message.id)?.resolve(payload as never);
    else if (type === 'error') {
      this.#take(message.id)?.reject(fromPlainError(payload as PlainError));
    } else void this.#report(message.id, message);
  }

  /** What `onReport` throws ends the call, also where it is asynchronous. */
  async #report(id: number, message: Message): Promise<void> {
    try {
      await this.#pending.get(id)?.onReport?.(message as never);
    } catch (error) {
      this.#abort(id, error);
    }
  }

  #abortAll(error: ThreadError): void {
    for (const id of [...this.#pending.keys()]) this.#abort(id, error);
  }

  /** A call that was aborted is no longer there: its late answer is dropped. */
  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    return pending;
  }

  #end(error: Error): void {
    this.#ended ??= error;
    for (const { reject } of this.#pending.values()) reject(this.#ended);
    this.#pending.clear();
  }
}

function isAnswer(message: unknown): message is Message & { readonly id: number } {
  const { id, type, payload } = (message ?? {}) as Message;
  if (!Number.isInteger(id) || typeof type !== 'string') return false;
  return type !== 'error' || typeof (payload as PlainError | undefined)?.message === 'string';
}

function startThread(owner: string, start: () => WorkerThread): WorkerThread {
  try {
    return start();
  } catch (cause) {
    throw new InitError(`${owner}: no worker can be started: ${String(cause)}`, { cause });
  }
}
