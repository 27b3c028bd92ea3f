import { checkArity, checkInteger, wrongKind } from '../check.js';
import type { PreprocessOptions } from '../data/preprocess.js';
import { DisposedError, ShapeError } from '../errors.js';
import { type Model, namedState } from '../layers/module.js';
import { checkOptions } from '../options.js';
import type { Storage } from '../runtime/storage.js';
import { formatShape, sameShape, type Shape } from '../shape.js';
import { Tensor } from '../tensor.js';
import type { Graph } from './graph.js';
import type { Program } from './program.js';
import { type Profile, profileOf } from './profile.js';
import { fits, readInput, type SessionInput, type SessionValue, write } from './session-input.js';
import { summaryOf } from './summary.js';

/** Options of `Session.run`. */
export interface RunOptions {
  /** Tensors that the outputs are written into: the only one, or by name; left out, new ones are made. */
  readonly into?: Tensor | Readonly<Record<string, Tensor>>;
}

/** Options of `Session.profile`. */
export interface ProfileOptions {
  /** Default 10. */
  readonly runs?: number;
}

/** The input of a model, or those of one that has several, by their names. */
export type SessionInputs = SessionInput | Readonly<Record<string, SessionInput>>;

/** How a session makes a plan. @internal */
export interface SessionSetup {
  readonly model: Model;
  readonly inputs: readonly SessionValue[];
  readonly threads: number;
  readonly maxPlans: number;
  readonly preprocess: PreprocessOptions | undefined;
  /** The graph for inputs of these shapes, and the program of it. */
  readonly plan: (shapes: readonly Shape[]) => Planned;
}

/** @internal */
export interface Planned {
  readonly graph: Graph;
  readonly program: Program;
  /** What holds the constants; of those that are packed only what was packed, once the model is gone. */
  readonly storages: readonly Storage[];
  /** Frees the program and the constants. */
  readonly dispose: () => void;
}

/**
 * A model that is ready to run (`compile`): for each shape of its inputs all kernel calls with their arguments, over
 * memory that is planned. A run decides nothing and allocates nothing but its outputs.
 *
 * Other shapes than those of `compile`, of as many axes, get a plan when they first come; the plan that was not used for
 * longest goes where there are more than `maxPlans`. Where weights were changed since, all plans are made anew by the next
 * run. The model may be disposed while no new plan is needed.
 */
export class Session {
  readonly #setup: SessionSetup;
  /** Used last first. */
  readonly #plans: Planned[] = [];
  readonly #state: readonly Tensor[];
  #versions: readonly number[];
  #isDisposed = false;

  /** Use `compile`. @internal */
  constructor(setup: SessionSetup) {
    this.#setup = setup;
    this.#state = namedState(setup.model).map(([, tensor]) => tensor);
    this.#versions = this.#state.map(({ version }) => version);
    this.#plans.push(setup.plan(setup.inputs.map(({ shape }) => shape)));
  }

  /** What the model takes, with the shapes that it was compiled for. */
  get inputs(): readonly SessionValue[] {
    return this.#setup.inputs;
  }

  /** What the model gives for these shapes. @throws DisposedError */
  get outputs(): readonly SessionValue[] {
    const { graph } = this.#current('outputs');
    return graph.outputs.map(({ shape, dtype }, i) => ({
      name: graph.outputNames?.[i],
      shape,
      dtype,
    }));
  }

  /** Bytes of linear memory that it takes beside the model: of all plans, with packed and folded weights. */
  get memoryBytes(): number {
    const storages = new Set(this.#plans.flatMap((plan) => plan.storages));
    return this.#plans.reduce((sum, { program }) => sum + program.bytes, ownBytes([...storages]));
  }

  /**
   * What the model gives for an input.
   * @param input that of the model, or an object with those of a model of several
   * @returns the output; an object of them, by their names, where the model gives several
   * @throws TypeError, ShapeError, RangeError, DisposedError before anything is changed; OutOfMemoryError for a shape that
   * is new
   */
  run(input: SessionInputs, options: RunOptions = {}): Tensor | Record<string, Tensor> {
    checkArity('Session.run', arguments.length, 2);
    if (!isUsual(options)) checkOptions('Session.run', options, ['into']);
    const { program, graph } = this.#load('run', input);
    const { into } = options;
    if (into) checkTargets(graph, into);
    program.run();
    return into ? store(graph, program, into) : copies(graph, program);
  }

  /**
   * How long each node takes.
   * @param input as for `run`
   * @throws what `run` throws
   */
  profile(input: SessionInputs, options: ProfileOptions = {}): Profile {
    checkArity('Session.profile', arguments.length, 2);
    checkOptions('Session.profile', options, ['runs']);
    const { runs = 10 } = options;
    checkInteger('Session.profile', 'runs', runs, 1);
    return profileOf(() => this.#load('profile', input).program, runs);
  }

  /**
   * The nodes with their sizes and multiply-adds, and the memory that the plan takes, as text; before them what an imported
   * model notes. @throws DisposedError
   */
  summary(): string {
    const { graph, program } = this.#current('summary');
    const { notes = [] } = this.#setup.model as { readonly notes?: readonly string[] };
    return [...notes, summaryOf(graph, program, this.memoryBytes)].join('\n');
  }

  /** Frees its memory; the model keeps its own. A second call does nothing. */
  dispose(): void {
    this.#isDisposed = true;
    this.#forget();
  }

  /** `dispose()` at the end of a block with `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  #forget(): void {
    for (const plan of this.#plans.splice(0)) plan.dispose();
  }

  /** The plan that was used last. */
  #current(method: string): Planned {
    if (this.#isDisposed) throw new DisposedError(`Session.${method}: the session was disposed`);
    if (this.#isStale()) {
      this.#forget();
      this.#versions = this.#state.map((tensor) => (tensor.isDisposed ? 0 : tensor.version));
    }
    if (this.#plans.length === 0) this.#add(this.#setup.inputs.map(({ shape }) => shape));
    return this.#plans[0]!;
  }

  #isStale(): boolean {
    for (let i = 0; i < this.#state.length; i++) {
      const tensor = this.#state[i]!;
      if (!tensor.isDisposed && tensor.version !== this.#versions[i]) return true;
    }
    return false;
  }

  /** The plan for what was given, with it in its inputs. No closure here: the engine would make what it captures. */
  #load(method: string, input: SessionInputs): Planned {
    const last = this.#current(method);
    const { inputs } = this.#setup;
    const tensors = last.program.inputs;
    for (let i = 0; i < inputs.length; i++) {
      if (!fits(tensors[i]!, given(inputs[i]!, input))) return this.#read(method, input);
    }
    for (let i = 0; i < inputs.length; i++) write(tensors[i]!, given(inputs[i]!, input) as Tensor);
    return last;
  }

  /** The same for values of any kind and shape. */
  #read(method: string, input: SessionInputs): Planned {
    const where = `Session.${method}`;
    const { inputs, preprocess } = this.#setup;
    checkNames(where, inputs, input);
    const read = inputs.map((value) => readInput(where, value, given(value, input), preprocess));
    const plan = this.#planFor(read.map(({ shape }) => shape));
    read.forEach(({ values }, i) => write(plan.program.inputs[i]!, values));
    return plan;
  }

  #planFor(shapes: readonly Shape[]): Planned {
    const at = this.#plans.findIndex(({ graph }) =>
      graph.inputs.every(({ shape }, i) => sameShape(shape, shapes[i]!)),
    );
    if (at < 0) return this.#add(shapes);
    const [plan] = this.#plans.splice(at, 1);
    this.#plans.unshift(plan!);
    return plan!;
  }

  #add(shapes: readonly Shape[]): Planned {
    const plan = this.#setup.plan(shapes);
    this.#plans.unshift(plan);
    for (const old of this.#plans.splice(this.#setup.maxPlans)) old.dispose();
    return plan;
  }
}

/** Whether there is nothing wrong with the options of a run: looked at without making anything. */
function isUsual(options: unknown): boolean {
  if (typeof options !== 'object' || options === null) return false;
  for (const name in options) if (name !== 'into') return false;
  return true;
}

/** Of what constants do not share with the model, and of what was prepared of them. */
function ownBytes(storages: readonly Storage[]): number {
  return storages.reduce((sum, { memory, isShared }) => {
    return sum + memory.preparedBytes + (isShared ? 0 : memory.bytes);
  }, 0);
}

function given({ name }: SessionValue, input: SessionInputs): unknown {
  if (name === undefined) return input;
  return (input as Readonly<Record<string, SessionInput>> | null | undefined)?.[name];
}

/** @throws TypeError for inputs that are missing or superfluous */
function checkNames(where: string, inputs: readonly SessionValue[], input: SessionInputs): void {
  if (inputs[0]?.name === undefined) return;
  const names = inputs.map(({ name }) => name!);
  if (input === null || typeof input !== 'object' || input instanceof Tensor) {
    throw wrongKind(where, 'input', `an object with ${names.join(', ')}`, input);
  }
  const found = Object.keys(input);
  const isRight = found.length === names.length && names.every((name) => found.includes(name));
  if (!isRight) {
    throw new TypeError(`${where}: input: expected ${names.join(', ')}, got ${found.join(', ')}`);
  }
}

/** Where output `i` goes. */
function targetOf(
  { outputNames }: Graph,
  i: number,
  into: NonNullable<RunOptions['into']>,
): Tensor {
  return outputNames
    ? (into as Readonly<Record<string, Tensor>>)[outputNames[i]!]!
    : (into as Tensor);
}

/** @throws TypeError, ShapeError, DisposedError */
function checkTargets(graph: Graph, into: NonNullable<RunOptions['into']>): void {
  for (let i = 0; i < graph.outputs.length; i++) checkTarget(graph, i, targetOf(graph, i, into));
}

function checkTarget({ outputs, outputNames }: Graph, i: number, target: unknown): void {
  const { shape, dtype } = outputs[i]!;
  const isTensor = target instanceof Tensor;
  if (isTensor && !target.isDisposed && target.dtype === dtype && sameShape(target.shape, shape)) {
    return;
  }
  const where = 'Session.run';
  const argument = outputNames ? `into.${outputNames[i]}` : 'into';
  if (!isTensor || target.dtype !== dtype) {
    throw wrongKind(where, argument, `a Tensor of ${dtype}`, target);
  }
  void target.pointer;
  throw new ShapeError(
    `${where}: ${argument}: expected shape ${formatShape(shape)}, got ${formatShape(target.shape)}`,
  );
}

function store(
  graph: Graph,
  { outputs }: Program,
  into: NonNullable<RunOptions['into']>,
): Tensor | Record<string, Tensor> {
  for (let i = 0; i < outputs.length; i++) {
    const target = targetOf(graph, i, into);
    write(target, outputs[i]!);
    target.version++;
  }
  return into;
}

function copies({ outputNames }: Graph, { outputs }: Program): Tensor | Record<string, Tensor> {
  const made: Tensor[] = [];
  try {
    for (const output of outputs) {
      const copy = Tensor.allocate(output.shape, output.dtype);
      made.push(copy);
      write(copy, output);
    }
  } catch (error) {
    for (const tensor of made) tensor.dispose();
    throw error;
  }
  if (!outputNames) return made[0]!;
  return Object.fromEntries(outputNames.map((name, i) => [name, made[i]!]));
}
