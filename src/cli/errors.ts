import { FormatError, OutOfMemoryError } from '../index.js';
import { DownloadError } from '../node/index.js';

/** Longest text that a value takes up in an error message. */
const MAX_CHARACTERS = 100;

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

/** A value of a JSON file as an error message shows it, in 100 characters at most. */
export const shown = (value: unknown) => shortened(JSON.stringify(value) ?? 'nothing');

/** A text in 100 characters at most. */
export const shortened = (text: string) =>
  text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS - 2)} …` : text;

/** Runs what only fails for what the user gave: its errors become InputErrors, under `name`. */
export async function readingInput<T>(name: string, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof InputError || error instanceof Interrupted) throw error;
    if (error instanceof DownloadError || error instanceof OutOfMemoryError) throw error;
    if (!(error instanceof Error) || error.name === 'AbortError') throw error;
    throw new InputError(`${name}: ${fileProblem(error, name) ?? error.message}`, { cause: error });
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
  EDQUOT: 'no space left in the quota',
  EMFILE: 'too many open files',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'symbolic links lead in a circle',
};

/**
 * What is wrong with a file, in words, and with which where `name` does not say so; undefined for an error that is about
 * something else.
 */
export function fileProblem(error: unknown, name = ''): string | undefined {
  const { code = '', path = name } = error as NodeJS.ErrnoException;
  const problem = FILE_PROBLEMS[code];
  return problem === undefined || name.includes(path) ? problem : `${problem} (${path})`;
}

/** The code of a file system's error, '' for others. */
export const errorCode = (error: unknown) => String((error as NodeJS.ErrnoException).code ?? '');
