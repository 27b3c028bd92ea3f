import { Random } from './random.js';

/** The evaluation pass that is running, with the generator that it draws from. */
let pass: { random?: Random } | undefined;

/**
 * Runs `body` as an evaluation pass: what it does until it returns is in evaluation mode, whatever the modes of the
 * layers, and draws from a generator of its own, which begins anew with each pass. Passes may nest.
 */
export function evaluating<T>(body: () => T): T {
  const before = pass;
  pass ??= {};
  try {
    return body();
  } finally {
    pass = before;
  }
}

/** Whether an evaluation pass is running. */
export function isEvaluating(): boolean {
  return pass !== undefined;
}

/** What an evaluation pass draws from; undefined outside. */
export function evaluationRandom(): Random | undefined {
  return pass && (pass.random ??= new Random(0));
}
