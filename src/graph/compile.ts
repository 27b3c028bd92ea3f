import { noGrad } from '../autograd.js';
import { checkArity, checkInteger, wrongKind } from '../check.js';
import { PREPROCESS_OPTIONS, type PreprocessOptions } from '../data/preprocess.js';
import { describe } from '../describe.js';
import type { Model } from '../layers/module.js';
import { checkOptions } from '../options.js';
import { atPrecision, type Precision, runtime } from '../runtime/runtime.js';
import type { Storage } from '../runtime/storage.js';
import { checkShape, type Shape } from '../shape.js';
import { type DType, keep, scope } from '../tensor.js';
import { constantsOf, disposeGraph, type GraphValue } from './graph.js';
import { Program } from './program.js';
import { type Planned, Session } from './session.js';
import type { SessionValue } from './session-input.js';
import { lower } from './passes/index.js';
import { trace } from './trace.js';

/** Options of `compile`. */
export interface CompileOptions {
  /** Which convolutions may run (`init`). Default that of `init`. */
  readonly precision?: Precision;
  /** Threads that a kernel may run in. Default, and at most, those of `init`. */
  readonly threads?: number;
  /** Shapes of inputs that are kept ready. Default 4. */
  readonly maxPlans?: number;
  /** What is done to pictures that are given as inputs. */
  readonly preprocess?: PreprocessOptions;
}

/** An input of a model. */
export interface InputSpec {
  readonly shape: Shape;
  /** Default float32. */
  readonly dtype?: DType;
}

/** The shape of an input, of float32; or shape and dtype. */
export type CompileInput = Shape | InputSpec;

/**
 * Makes a model ready to run: traces it at the shapes of its inputs, in evaluation mode, and records the kernel calls that
 * it makes, with packed weights and planned memory. The model goes on as it was, and may be trained: a session notices.
 *
 * ```ts
 * const session = compile(model, [1, 224, 224, 3]);
 * const scores = session.run(pixels);
 * ```
 * A function beside `Module`, no method of it: bundles of models that are not compiled have none of it.
 * @param inputs of a model whose `forward` takes a tensor; of one that takes an object of tensors, an object
 * @throws TypeError, ShapeError, RangeError, OutOfMemoryError; TraceError where what the model does depends on the values
 */
export function compile(
  model: Model,
  inputs: CompileInput | Readonly<Record<string, CompileInput>>,
  options: CompileOptions = {},
): Session {
  checkArity('compile', arguments.length, 3);
  if (typeof (model as Partial<Model> | undefined)?.forward !== 'function') {
    throw wrongKind('compile', 'model', 'a Module', model);
  }
  checkCompileOptions(options);
  const { pool, precision: usual } = runtime();
  const { precision = usual, threads = Infinity, maxPlans = 4, preprocess } = options;
  const most = Math.min(threads, pool?.threads ?? 1);
  const values = valuesOf(inputs);
  return new Session({
    model,
    inputs: values,
    threads: most,
    maxPlans,
    preprocess,
    plan: (shapes) => atPrecision(precision, () => plan(model, values, shapes, most)),
  });
}

function plan(
  model: Model,
  inputs: readonly SessionValue[],
  shapes: readonly Shape[],
  threads: number,
): Planned {
  const specs = inputs.map(({ dtype }, i) => ({ shape: shapes[i]!, dtype }));
  const named = Object.fromEntries(inputs.map(({ name }, i) => [name, specs[i]!]));
  const graph = scope(() =>
    noGrad(() => lower(trace(model, inputs[0]!.name === undefined ? specs[0]! : named))),
  );
  // They live as long as the plan, whatever scope it is made in.
  for (const { constant } of constantsOf(graph)) keep(constant!);
  try {
    const program = new Program(graph, threads);
    const weights = constantsOf(graph).map((value) => holdOf(value, program));
    const dispose = () => {
      program.dispose();
      for (const weight of weights) weight.release();
    };
    return { graph, program, storages: weights.map(({ storage }) => storage), dispose };
  } catch (error) {
    disposeGraph(graph);
    throw error;
  }
}

/** What a plan holds of a constant. */
interface Hold {
  readonly storage: Storage;
  readonly release: () => void;
}

/** All of it, or, where a run does without the values, what was packed of them. */
function holdOf(value: GraphValue, program: Program): Hold {
  const constant = value.constant!;
  const { storage } = constant;
  if (program.reads(value)) return { storage, release: () => constant.dispose() };
  storage.retain();
  constant.dispose();
  storage.releaseValues();
  return { storage, release: () => storage.releasePrepared() };
}

/** @throws TypeError, ShapeError */
function valuesOf(inputs: unknown): SessionValue[] {
  if (isInput(inputs)) return [valueOf(undefined, inputs)];
  const entries = inputs !== null && typeof inputs === 'object' ? Object.entries(inputs) : [];
  const wrong = entries.find(([, input]) => !isInput(input));
  if (wrong || entries.length === 0) {
    const expected = 'a shape, or an object with that of each input';
    throw wrongKind('compile', 'inputs', expected, wrong ? wrong[1] : inputs);
  }
  return entries.map(([name, input]) => valueOf(name, input as CompileInput));
}

const isInput = (value: unknown): value is CompileInput =>
  Array.isArray(value) || Array.isArray((value as Partial<InputSpec> | null | undefined)?.shape);

function valueOf(name: string | undefined, input: CompileInput): SessionValue {
  const { shape, dtype = 'float32' } = 'shape' in input ? input : { shape: input };
  checkShape('compile', name ?? 'inputs', shape);
  if (dtype !== 'float32' && dtype !== 'int32') {
    throw wrongKind('compile', `${name ?? 'inputs'}: dtype`, "'float32' or 'int32'", dtype);
  }
  return { name, shape, dtype };
}

function checkCompileOptions(options: CompileOptions): void {
  checkOptions('compile', options, ['precision', 'threads', 'maxPlans', 'preprocess']);
  const { precision = 'fast', threads = 1, maxPlans = 1, preprocess } = options;
  checkOptions('compile', preprocess, PREPROCESS_OPTIONS, 'preprocess');
  if (precision !== 'fast' && precision !== 'exact') {
    throw new RangeError(
      `compile: precision: expected 'fast' or 'exact', got ${describe(precision)}`,
    );
  }
  checkInteger('compile', 'threads', threads, 1);
  checkInteger('compile', 'maxPlans', maxPlans, 1);
}
