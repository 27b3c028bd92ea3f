import { checkNumber } from '../check.js';
import { ThreadError } from '../errors.js';
import { nextTask } from '../training/next-task.js';

/** The longest time that timers know, in milliseconds. */
const LONGEST_MS = 2 ** 31 - 1;

/** @throws TypeError, RangeError for what is no time */
export function checkTimeout(owner: string, timeoutMs: number): void {
  checkNumber(owner, 'timeoutMs', timeoutMs, 0, LONGEST_MS);
}

/**
 * A worker's answer, waited for from now on.
 * @param timeoutMs 0: for ever
 * @throws ThreadError where it takes longer
 */
export function inTime<Answer>(
  owner: string,
  answer: Promise<Answer>,
  timeoutMs: number,
): Promise<Answer> {
  if (timeoutMs === 0) return answer;
  return new Promise((resolve, reject) => {
    const late = () =>
      reject(new ThreadError(`${owner}: the worker gave no answer within ${timeoutMs} ms`));
    // An answer that came while this thread was busy counts.
    const timer = setTimeout(() => void nextTask().then(late), timeoutMs);
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
