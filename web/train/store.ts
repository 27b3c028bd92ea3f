import type { KeptRun, PickedFile } from './protocol.js';

// The browser's own database keeps one run: what a reload goes on from.

const DATABASE = 'simdgrad';
const STORE = 'runs';
const RUN = 'run';
const FILES = 'files';

function open(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE);
  return settled(request);
}

function settled<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function withStore<Result>(
  mode: IDBTransactionMode,
  use: (store: IDBObjectStore) => IDBRequest<Result>,
): Promise<Result> {
  const database = await open();
  try {
    return await settled(use(database.transaction(STORE, mode).objectStore(STORE)));
  } finally {
    database.close();
  }
}

/** Keeps the files of a run that begins, and no run. */
export async function keepFiles(files: readonly PickedFile[]): Promise<void> {
  await forgetRun();
  await withStore('readwrite', (store) => store.put(files, FILES));
}

/** Keeps where a run is. */
export async function keepRun(run: Omit<KeptRun, 'files'>): Promise<void> {
  await withStore('readwrite', (store) => store.put(run, RUN));
}

export async function forgetRun(): Promise<void> {
  await withStore('readwrite', (store) => store.clear());
}

/** The run that was interrupted, if there is one; a browser that keeps nothing has none. */
export async function keptRun(): Promise<KeptRun | undefined> {
  try {
    const run = await read<Omit<KeptRun, 'files'>>(RUN);
    const files = await read<readonly PickedFile[]>(FILES);
    return run && { ...run, files: files ?? [] };
  } catch {
    return undefined;
  }
}

const read = <Value>(key: string) =>
  withStore<Value | undefined>('readonly', (store) => store.get(key));
