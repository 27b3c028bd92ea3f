import { FormatError, OutOfMemoryError } from '../index.js';
import { DownloadError } from '../node/index.js';

/** Something that the user gave is wrong; the message says what, and what to do. */
export class InputError extends Error {
  override readonly name = 'InputError';
}

/** The user ended the run; the message says how to go on. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** 130 after Ctrl-C, 2 for what the user can mend in what was given, 1 for all else. */
export function exitCode(error: unknown): number {
  if (error instanceof Interrupted) return 130;
  return error instanceof InputError || error instanceof FormatError ? 2 : 1;
}

/** The message on one line, or the stack where SIMDGRAD_DEBUG asks for it. */
export function describeError(error: unknown, env: NodeJS.ProcessEnv = process.env): string {
  if (!(error instanceof Error)) return String(error);
  if (env['SIMDGRAD_DEBUG'] && error.stack) return error.stack;
  return error.message.replace(/:\s*\n\s*/g, ': ').replace(/\s*\n\s*/g, '; ');
}

/** Runs what only fails for what the user gave: its errors become InputErrors, under `name`. */
export async function readingInput<T>(name: string, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof InputError || error instanceof Interrupted) throw error;
    if (error instanceof DownloadError || error instanceof OutOfMemoryError) throw error;
    if (!(error instanceof Error) || error.name === 'AbortError') throw error;
    throw new InputError(`${name}: ${fileProblem(error) ?? error.message}`, { cause: error });
  }
}

const FILE_PROBLEMS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'expected a file, got a folder',
  ENOTDIR: 'expected a folder, got a file',
  EEXIST: 'expected a folder, got a file',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space left on the device',
  ENAMETOOLONG: 'the name is too long',
};

/** What is wrong with a file, in words; undefined for an error that is about something else. */
export function fileProblem(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return FILE_PROBLEMS[code];
}
