import { checkArity, checkFunction, wrongKind } from './check.js';
import { describe } from './describe.js';
import { DisposedError, ShapeError } from './errors.js';
import { runInArena, type Owned } from './runtime/arena.js';
import { hasGradients, runtime } from './runtime/runtime.js';
import { checkSameShape, formatShape } from './shape.js';
import { type GradientNode, isPromise, keepWith, scope, Tensor } from './tensor.js';

/**
 * Adds a contribution to the gradient of `input`, if it needs one. `compute` writes the contribution into
 * `gradInput`: it overwrites when `accumulate` is false (the first one) and adds when it is true.
 */
export type AddGradient = (
  input: Tensor | undefined,
  compute: (gradInput: Tensor, accumulate: boolean) => void,
) => void;

/**
 * Computes the gradients of an op's inputs from the gradient of its output; this is the last use of `gradOutput`, which
 * it may overwrite where `mayOverwrite` is true: where it is not the caller's own.
 */
export type Backward = (
  gradOutput: Tensor,
  addGradient: AddGradient,
  mayOverwrite: boolean,
) => void;

let enabled = true;
let recorded = 0;

/**
 * Runs `body` without recording: what it computes has no gradient.
 * @throws TypeError if `body` is asynchronous: what follows its first `await` would be recorded.
 */
export function noGrad<T>(body: () => T): T {
  checkArity('noGrad', arguments.length, 1);
  checkFunction('noGrad', 'body', body);
  const before = enabled;
  enabled = false;
  try {
    const result = body();
    if (isPromise(result)) throw wrongKind('noGrad', 'body', 'a synchronous function', result);
    return result;
  } finally {
    enabled = before;
  }
}

/** Whether an op on these inputs is put on the tape: whether one of them requires a gradient. */
export function isRecorded(inputs: readonly (Tensor | undefined)[]): boolean {
  return isRecording() && inputs.some((input) => input?.requiresGrad);
}

/** Whether ops with an input that requires a gradient are recorded: not inside `noGrad`, nor in `simdgrad/infer`. */
export function isRecording(): boolean {
  return enabled && hasGradients();
}

/**
 * Puts an op on the tape, if one of its inputs requires a gradient: the last step of every op.
 * @returns `output`.
 */
export function record(
  op: string,
  output: Tensor,
  inputs: readonly (Tensor | undefined)[],
  backward: Backward,
): Tensor {
  if (isRecorded(inputs)) {
    output.requiresGrad = true;
    output.node = new TapeNode(op, output, inputs, backward);
  }
  return output;
}

/**
 * Runs ops one after the other. What they made on the way is freed with the result, or with the scope that is open; at
 * once, where nothing was recorded. Outside a scope nobody else could free it.
 */
export function compose(body: () => Tensor): Tensor {
  return runInArena(body, ({ node }) => node);
}

class TapeNode implements GradientNode {
  intermediates: Owned | undefined;
  readonly order = recorded++;
  readonly op: string;
  readonly output: Tensor;
  readonly inputs: readonly Tensor[];
  readonly #versions: readonly number[];
  readonly #outputVersion: number;
  readonly #backward: Backward;

  constructor(
    op: string,
    output: Tensor,
    inputs: readonly (Tensor | undefined)[],
    backward: Backward,
  ) {
    this.op = op;
    this.output = output;
    this.inputs = inputs.filter((input) => input !== undefined);
    this.#versions = this.inputs.map((input) => input.version);
    this.#outputVersion = output.version;
    this.#backward = backward;
  }

  backward(root: Tensor, gradOutput: Tensor | undefined): void {
    checkGradOutput(root, gradOutput);
    const nodes = ancestors(this);
    for (const node of nodes) node.check();
    noGrad(() => scope(() => walk(nodes, new Gradients(root, gradOutput ?? one(root)))));
  }

  /** Checks that everything is still as the op left it. */
  check(): void {
    const { op, output } = this;
    this.inputs.forEach((input, i) => {
      if (input.requiresGrad) checkLeads(op, input);
      if (!input.isDisposed && input.version !== this.#versions[i]) {
        throw new Error(`backward: ${op}: an input was changed in place after the op had used it`);
      }
    });
    if (output.version !== this.#outputVersion) {
      throw new Error(`backward: ${op}: its output was changed in place`);
    }
  }

  run(gradOutput: Tensor, addGradient: AddGradient, mayOverwrite: boolean): void {
    this.#backward(gradOutput, addGradient, mayOverwrite);
  }
}

function checkGradOutput(root: Tensor, gradOutput: unknown): void {
  if (gradOutput === undefined) {
    if (root.size === 1) return;
    throw new ShapeError(
      `backward: gradOutput: expected shape ${formatShape(root.shape)}, ` +
        'got nothing, which only a tensor of one element allows',
    );
  }
  if (!(gradOutput instanceof Tensor) || gradOutput.dtype !== 'float32') {
    const got = gradOutput instanceof Tensor ? 'an int32 tensor' : describe(gradOutput);
    const hint = asksForGraph(gradOutput) ? ': gradients of gradients are not supported' : '';
    throw new TypeError(`backward: gradOutput: expected a float32 tensor, got ${got}${hint}`);
  }
  checkSameShape('backward', 'gradOutput', root.shape, gradOutput.shape);
  void gradOutput.pointer;
}

/** Whether it is the option by which other libraries record the backward pass. */
function asksForGraph(options: unknown): boolean {
  const { createGraph } = Object(options) as { createGraph?: unknown };
  return createGraph !== undefined;
}

/** Checks that a gradient can reach `input`, and be added to the one that a leaf has already. */
function checkLeads(op: string, input: Tensor): void {
  if (input.isDisposed) {
    throw new DisposedError(
      `backward: ${op}: an input of shape ${formatShape(input.shape)}, which the gradient leads to, was disposed; ` +
        'return it from its scope, or keep() it, until backward() is done',
    );
  }
  if (input.node || !input.grad) return;
  checkSameShape('backward', 'grad', input.shape, input.grad.shape);
  void input.grad.pointer;
}

/**
 * Visits the nodes, latest first: each gradient is complete when its node is reached. Where one of them fails, the
 * leaves keep the gradients that they had.
 */
function walk(nodes: readonly TapeNode[], gradients: Gradients): void {
  const addGradient: AddGradient = (input, compute) => gradients.add(input, compute);
  try {
    for (const node of nodes) {
      const gradOutput = gradients.take(node.output);
      if (!gradOutput) continue;
      const between = gradients.isBetween(gradOutput);
      node.run(gradOutput, addGradient, between);
      if (between) gradOutput.dispose();
    }
  } catch (error) {
    gradients.restore();
    throw error;
  }
  gradients.attach();
}

/** The nodes that `last` depends on and itself, latest first. */
function ancestors(last: TapeNode): TapeNode[] {
  const found = new Set<TapeNode>([last]);
  for (const node of found) {
    for (const input of node.inputs) if (input.node) found.add(input.node as TapeNode);
  }
  return [...found].sort((a, b) => b.order - a.order);
}

/** The gradients of one backward pass. */
class Gradients {
  readonly #root: Tensor;
  /** Those made in this pass. */
  readonly #made = new Map<Tensor, Tensor>();
  /** What leaves had before it, to which is added in place, with a copy: in linear memory, where it is quickest. */
  readonly #before = new Map<Tensor, Tensor>();

  constructor(root: Tensor, gradOutput: Tensor) {
    this.#root = gradOutput;
    this.#made.set(root, gradOutput);
  }

  add(input: Tensor | undefined, compute: (gradInput: Tensor, accumulate: boolean) => void): void {
    if (!input?.requiresGrad) return;
    const existing = this.#made.get(input) ?? this.#ofLeaf(input);
    if (existing) {
      compute(existing, true);
      return;
    }
    const gradInput = Tensor.allocate(input.shape);
    compute(gradInput, false);
    this.#made.set(input, gradInput);
  }

  take(output: Tensor): Tensor | undefined {
    return this.#made.get(output);
  }

  /** Whether it was made here, and is not the caller's own. */
  isBetween(gradOutput: Tensor): boolean {
    return gradOutput !== this.#root;
  }

  /** Gives the leaves the gradients that were made for them. */
  attach(): void {
    for (const [input, gradInput] of this.#made) {
      if (!input.node) input.grad = keepWith(input, gradInput);
    }
  }

  /** Takes back what was added. */
  restore(): void {
    for (const [grad, copy] of this.#before) grad.view().set(copy.view());
  }

  #ofLeaf({ node, grad }: Tensor): Tensor | undefined {
    if (node || !grad) return undefined;
    if (!this.#before.has(grad)) {
      const copy = Tensor.allocate(grad.shape);
      copy.view().set(grad.view());
      this.#before.set(grad, copy);
    }
    return grad;
  }
}

function one(root: Tensor): Tensor {
  const result = Tensor.allocate(root.shape);
  runtime().heap.f32[result.pointer / 4] = 1;
  return result;
}
