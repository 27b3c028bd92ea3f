import { parseArgs } from 'node:util';

export const SUITES = ['ops', 'grads', 'nets', 'train', 'start'] as const;
export type Suite = (typeof SUITES)[number];

export interface BenchOptions {
  readonly suites: readonly Suite[];
  /** Workload ids and implementations. */
  readonly only: readonly string[];
  readonly impl: readonly string[];
  readonly rounds: number;
  /** File for the results. */
  readonly json: string | undefined;
  /** Whether to write results/. */
  readonly report: boolean;
}

export const USAGE = `npm run bench -- [--suite ops|grads|nets|train|start|all] [--only ID,…] [--impl NAME,…] [--rounds N] [--json FILE] [--report]`;

/** Arguments that make no sense; the message says why. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** @throws UsageError for an unknown option, suite, workload or implementation, and for rounds below 1 */
export function parseOptions(
  args: readonly string[],
  ids: readonly string[],
  names: readonly string[],
): BenchOptions {
  const { suite, only, impl, rounds, json, report } = parse(args);
  choose('--suite', [suite], [...SUITES, 'all']);
  if (!/^[1-9]\d{0,3}$/.test(rounds)) {
    throw new UsageError(`--rounds: expected an integer from 1 to 9999, got ${rounds}`);
  }
  return {
    suites: suite === 'all' ? SUITES : [suite as Suite],
    only: only === undefined ? ids : choose('--only', only.split(','), ids),
    impl: impl === undefined ? names : choose('--impl', impl.split(','), names),
    rounds: Number(rounds),
    json,
    report,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        suite: { type: 'string', default: 'all' },
        only: { type: 'string' },
        impl: { type: 'string' },
        rounds: { type: 'string', default: '10' },
        json: { type: 'string' },
        report: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** The chosen names, in the order of `known`. */
function choose(option: string, chosen: readonly string[], known: readonly string[]): string[] {
  for (const name of chosen) {
    if (!known.includes(name)) {
      throw new UsageError(`${option}: expected some of ${known.join(', ')}, got ${name}`);
    }
  }
  return known.filter((name) => chosen.includes(name));
}
