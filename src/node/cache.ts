import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { checkFunction, checkInteger, checkMethods } from '../check.js';

/** A file could not be fetched, or what came is not the file. */
export class DownloadError extends Error {
  override readonly name = 'DownloadError';
}

/** How far the download of a file is; `total` is undefined where the server does not say. */
export interface DownloadProgress {
  readonly file: string;
  readonly loaded: number;
  readonly total: number | undefined;
}

/** How to download. */
export interface DownloadOptions {
  /** Aborts the download; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Called for every piece that arrives. */
  readonly onProgress?: (progress: DownloadProgress) => void;
  /** A server that sends nothing for so long has failed; 30,000 milliseconds unless told. */
  readonly timeoutMs?: number;
}

/** The names of `DownloadOptions`. */
export const DOWNLOAD_OPTIONS = ['signal', 'onProgress', 'timeoutMs'];

/** @throws TypeError, RangeError for values that are no such options */
export function checkDownloadOptions(op: string, options: DownloadOptions): void {
  const { signal, onProgress, timeoutMs } = options;
  if (signal !== undefined) {
    const methods = ['throwIfAborted', 'addEventListener'];
    checkMethods(op, 'signal', signal, 'an AbortSignal', methods);
  }
  if (onProgress !== undefined) checkFunction(op, 'onProgress', onProgress);
  if (timeoutMs !== undefined) checkInteger(op, 'timeoutMs', timeoutMs, 1);
}

/** A file that is known by its content. */
export interface RemoteFile {
  readonly name: string;
  readonly sha256: string;
  /** Addresses of the folders that hold it, each with a slash at its end; tried in turn. */
  readonly mirrors: readonly string[];
}

/** `SIMDGRAD_CACHE`, else `simdgrad` in `XDG_CACHE_HOME` or in `~/.cache`. */
export function defaultCacheDir(): string {
  const { SIMDGRAD_CACHE, XDG_CACHE_HOME } = process.env;
  return SIMDGRAD_CACHE || join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'simdgrad');
}

/**
 * The bytes of a file from `folder`, fetched into it first where it is missing or damaged there.
 * The file appears under its name only when whole and of the right checksum. Throws a DownloadError
 * that says what each mirror answered.
 */
export async function cachedFile(
  file: RemoteFile,
  folder: string,
  options: DownloadOptions = {},
): Promise<Uint8Array> {
  const path = join(folder, file.name);
  const cached = await readFile(path).catch(() => undefined);
  if (cached && sha256(cached) === file.sha256) return cached;
  const bytes = await fetchFromMirrors(file, path, options);
  await writeWhole(path, bytes);
  return bytes;
}

async function fetchFromMirrors(
  file: RemoteFile,
  path: string,
  options: DownloadOptions,
): Promise<Uint8Array> {
  const failures: string[] = [];
  for (const mirror of file.mirrors) {
    const url = mirror + file.name;
    try {
      const bytes = await download(url, file.name, options);
      checkContent(bytes, file.sha256);
      return bytes;
    } catch (error) {
      options.signal?.throwIfAborted();
      failures.push(`  ${url}: ${explain(error)}`);
    }
  }
  throw new DownloadError(
    `download: ${file.name}: no server delivered the file:\n${failures.join('\n')}\n` +
      `Check the network, or put the file there yourself: ${path}`,
  );
}

async function download(
  url: string,
  file: string,
  { signal, onProgress, timeoutMs = 30_000 }: DownloadOptions,
): Promise<Uint8Array> {
  const stall = new AbortController();
  const timer = setTimeout(() => {
    stall.abort(new DownloadError(`timeout: the server sent nothing for ${timeoutMs} ms`));
  }, timeoutMs);
  try {
    const response = await fetch(url, {
      signal: signal ? AbortSignal.any([signal, stall.signal]) : stall.signal,
    });
    if (!response.ok) {
      await response.body?.cancel();
      throw new DownloadError(`HTTP ${response.status} ${response.statusText}`);
    }
    const length = response.headers.get('content-length');
    const total = length === null ? undefined : Number(length);
    const chunks: Uint8Array[] = [];
    let loaded = 0;
    for await (const chunk of response.body ?? []) {
      timer.refresh();
      chunks.push(chunk);
      loaded += chunk.length;
      onProgress?.({ file, loaded, total });
    }
    return Buffer.concat(chunks);
  } finally {
    clearTimeout(timer);
  }
}

function checkContent(bytes: Uint8Array, expected: string): void {
  const actual = sha256(bytes);
  if (actual === expected) return;
  if (/^\s*<(!doctype|html|\?xml)/i.test(Buffer.from(bytes.subarray(0, 100)).toString('latin1'))) {
    throw new DownloadError('the server sent an HTML page instead of the file');
  }
  throw new DownloadError(
    `wrong checksum: expected sha256 ${expected}, got ${actual} (${bytes.length} bytes)`,
  );
}

/** Written under another name, then renamed: a reader never sees half a file. */
async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(temporary, bytes);
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw new DownloadError(
      `download: cannot write ${path} (${explain(cause)}): choose another cacheDir`,
      { cause },
    );
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** fetch says only "fetch failed" or "terminated"; the reason is in the cause. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? error.cause : undefined;
  switch (errorCode(cause)) {
    case 'ECONNREFUSED':
      return 'connection refused';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'the name of the server could not be resolved (no network?)';
    case 'UND_ERR_SOCKET':
    case 'ECONNRESET':
      return 'truncated: the server closed the connection before the end of the file';
  }
  return cause?.message ? `${error.message}: ${cause.message}` : error.message;
}

function errorCode(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
