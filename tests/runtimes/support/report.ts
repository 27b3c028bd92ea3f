import { format, resolveConfig } from 'prettier';
import type { Answer, Place } from './answer.js';

/** One training. */
export interface Result {
  readonly runtime: string;
  readonly version: string;
  readonly place: Place;
  readonly answer: Answer;
}

export interface Results {
  /** With the baseline kernels. */
  readonly trainings: readonly Result[];
  /** By runtime: the kernels that `variant: 'auto'` chose. */
  readonly automatic: ReadonlyMap<string, string>;
}

/** The table of equal bits in Markdown, as the README shows it: a row for every runtime. */
export async function equalBitsTable({ trainings, automatic }: Results): Promise<string> {
  const rows = byRuntime(trainings).map(([runtime, results]) => [
    runtime,
    places(results),
    unique(results.map(({ answer }) => answer.capabilities.threads)).join(', '),
    unique(results.map(({ answer }) => `\`${answer.weightsSha256.slice(0, 12)}…\``)).join(', '),
    automatic.get(runtime),
  ]);
  const head = ['runtime', 'where', 'threads', 'weights', "`variant: 'auto'`"];
  return markdown([head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`));
}

/** The page docs/equal-bits.md: the table with what it was made of. */
export async function equalBitsPage(results: Results): Promise<string> {
  const { trainings } = results;
  const { weightsSha256, predictionsSha256, everyLayerSha256 } = trainings[0]!.answer;
  const versions = byRuntime(trainings).map(
    ([runtime, [first]]) => `${runtime} (${first!.version})`,
  );
  return markdown([
    '# Equal bits',
    '',
    'Written by `npm run test:runtimes`, which trains LeNet for 200 steps with dropout and augmentation from one seed',
    '([tests/runtimes/program.js](https://github.com/simdgrad/simdgrad/blob/main/tests/runtimes/program.js)) wherever the table says and fails unless all weights',
    'and predictions are equal, bit for bit.',
    '',
    await equalBitsTable(results),
    `SHA-256 of the weights: \`${weightsSha256}\``,
    '',
    `SHA-256 of the predictions: \`${predictionsSha256}\``,
    '',
    `SHA-256 of nets that hold every layer, after 50 steps each: \`${everyLayerSha256}\``,
    '',
    `Trainings: ${trainings.length}. Versions: ${versions.join(', ')}.`,
    '',
    "The last column says which kernels `init({ variant: 'auto' })` takes. The bits of `relaxed` depend on the engine",
    'and the processor; the rest of the table is about the default, `simd`.',
  ]);
}

function byRuntime(trainings: readonly Result[]): [string, readonly Result[]][] {
  return unique(trainings.map(({ runtime }) => runtime)).map((name) => [
    name,
    trainings.filter(({ runtime }) => runtime === name),
  ]);
}

function places(results: readonly Result[]): string {
  const names = unique(results.map(({ place }) => place.name)).join(', ');
  const isolation = unique(results.map(({ place }) => place.isolated));
  return isolation.length > 1 ? `${names}; isolated or not` : names;
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}

async function markdown(lines: readonly string[]): Promise<string> {
  const options = await resolveConfig('README.md');
  return format(lines.join('\n'), { ...options, parser: 'markdown' });
}
