import { Interrupted } from './errors.js';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * Runs a job that Ctrl-C and SIGTERM end in good order, through the signal; a second one ends the process at once.
 * @param hint How to go on; asked when the first one comes.
 */
export async function interruptible<T>(
  hint: () => string,
  job: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort(new Interrupted(`interrupted; ${hint()}`));
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  try {
    return await job(controller.signal);
  } finally {
    for (const name of SIGNALS) process.off(name, onSignal);
  }
}
