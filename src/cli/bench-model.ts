import { capabilities, type Module, type Shape } from '../index.js';
import { compile, type OpTime, type Session } from '../index.js';
import { compileImported, inputShapesOf, type InputShapes } from './compiled.js';
import { latencyTable, profileTable } from './display.js';
import { InputError, readingInput } from './errors.js';
import { openImported } from './imported-model.js';
import { type Latency, measureLatency } from './latency.js';
import { type FoundModel, findModel } from './model-kind.js';
import { bytes } from './report/format.js';
import { inputShapeOf, openModel } from './saved-model.js';
import { print } from './terminal.js';
import { writeJson } from './write-json.js';

const SECONDS = 3;
const PROFILED_RUNS = 20;

/** Options of `simdgrad bench MODEL`. */
export interface BenchModelArguments {
  readonly json?: string;
  readonly inputShape?: Shape;
  readonly threads?: number | 'auto';
}

/** A model, ready to run. */
interface Ready {
  readonly session: Session;
  readonly shapes: InputShapes;
}

/** How long a model takes, where, and how much memory. */
export interface ModelBench {
  readonly inputs: InputShapes;
  readonly threads: number;
  /** Reading the file, and planning. */
  readonly loadMs: number;
  readonly compileMs: number;
  readonly firstRunMs: number;
  readonly latencyMs: Latency;
  readonly byOp: readonly OpTime[];
  readonly memory: { readonly linearBytes: number; readonly sessionBytes: number };
}

/** Measures a model on zeros, of one sample, as a session. */
export async function benchModel(path: string, given: BenchModelArguments): Promise<void> {
  const found = await findModel(path);
  const begin = performance.now();
  const compileModel = await opened(found, given);
  const loaded = performance.now();
  const { session, shapes } = await readingInput(path, compileModel);
  const compiled = performance.now();
  print(process.stderr, `${path}: ${SECONDS} seconds of runs`);
  const inputs = inputsOf(session, shapes);
  const run = () => disposeAll(session.run(inputs));
  run();
  const firstRunMs = performance.now() - compiled;
  const bench: ModelBench = {
    inputs: shapes,
    threads: capabilities().threads,
    loadMs: loaded - begin,
    compileMs: compiled - loaded,
    firstRunMs,
    latencyMs: await measureLatency(run, { seconds: SECONDS }),
    byOp: session.profile(inputs, { runs: PROFILED_RUNS }).byOp,
    memory: { linearBytes: capabilities().memory.bytes, sessionBytes: session.memoryBytes },
  };
  if (given.json !== undefined) await writeJson(given.json, bench);
  if (given.json !== '-') print(process.stdout, described(bench));
}

/** Loads a model. @returns what compiles it */
async function opened(
  found: FoundModel,
  { inputShape, threads }: BenchModelArguments,
): Promise<() => Ready> {
  const use = threads === undefined ? {} : { threads };
  if (found.kind !== 'simdgrad') {
    const model = await openImported(found, use);
    const shapes = inputShapesOf(model.inputs, inputShape) ?? missing(found.file);
    return () => ({ session: compileImported(model, shapes), shapes });
  }
  const saved = await openModel(found.file, use);
  const sample = inputShapeOf(saved, inputShape) ?? missing(found.file);
  const model: Module = saved.model;
  const shape = [1, ...sample];
  return () => ({ session: compile(model, shape), shapes: { input: shape } });
}

function missing(file: string): never {
  throw new InputError(
    `${file}: expected the shape of one sample, which it leaves open: say it with --input-shape, as in --input-shape 224,224,3`,
  );
}

/** Zeros, as the session takes them. */
function inputsOf({ inputs }: Session, shapes: InputShapes) {
  const zeros = (shape: Shape) =>
    new Float32Array(shape.reduce((size, length) => size * length, 1));
  const entries = Object.entries(shapes).map(([name, shape]) => [name, zeros(shape)] as const);
  return inputs[0]!.name === undefined ? entries[0]![1] : Object.fromEntries(entries);
}

function disposeAll(outputs: ReturnType<Session['run']>): void {
  const tensors = 'dispose' in outputs ? [outputs] : Object.values(outputs);
  for (const tensor of tensors as { dispose(): void }[]) tensor.dispose();
}

function described(bench: ModelBench): string {
  const { inputs, threads, loadMs, compileMs, firstRunMs, latencyMs, byOp, memory } = bench;
  const shapes = Object.entries(inputs).map(([name, shape]) => `${name} [${shape.join(', ')}]`);
  return [
    `${shapes.join(', ')}, ${threads === 1 ? 'one thread' : `${threads} threads`}`,
    `loaded in ${loadMs.toFixed(1)} ms, compiled in ${compileMs.toFixed(1)} ms, first run ${firstRunMs.toFixed(1)} ms`,
    `linear memory ${bytes(memory.linearBytes)}, of it the session ${bytes(memory.sessionBytes)}`,
    '',
    latencyTable(latencyMs),
    '',
    profileTable(byOp),
  ].join('\n');
}
