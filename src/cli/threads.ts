import { availableParallelism } from 'node:os';
import { capabilities } from '../index.js';
import { print } from './terminal.js';

/** Says that more threads were asked for than there are cores: they only wait for each other. */
export function warnOfThreads(asked: number | 'auto', cores = availableParallelism()): void {
  if (asked === 'auto' || asked <= cores) return;
  print(
    process.stderr,
    `simdgrad: --threads ${asked}: more than the ${cores} cores here, which makes it slower: try --threads ${cores}`,
  );
}

/** How many threads compute, and why there are no more where more were asked for. */
export function describeThreads(): string {
  const { threads, reasons } = capabilities();
  const why = reasons.filter((reason) => reason.startsWith('threads: '));
  return [threads, ...why].join('; ');
}
