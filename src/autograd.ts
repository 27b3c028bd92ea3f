import { ShapeError } from './errors.js';
import { runtime } from './runtime/runtime.js';
import { formatShape, sameShape } from './shape.js';
import { type GradientNode, keep, scope, Tensor } from './tensor.js';

/**
 * Adds a contribution to the gradient of `input`, if it needs one. `compute` writes the contribution into
 * `gradInput`: it overwrites when `accumulate` is false (the first one) and adds when it is true.
 */
export type AddGradient = (
  input: Tensor | undefined,
  compute: (gradInput: Tensor, accumulate: boolean) => void,
) => void;

/** Computes the gradients of an op's inputs from the gradient of its output. */
export type Backward = (gradOutput: Tensor, addGradient: AddGradient) => void;

let enabled = true;
let recorded = 0;

/** Runs `body` without recording: what it computes has no gradient. */
export function noGrad<T>(body: () => T): T {
  const before = enabled;
  enabled = false;
  try {
    return body();
  } finally {
    enabled = before;
  }
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
  if (enabled && inputs.some((input) => input?.requiresGrad)) {
    output.requiresGrad = true;
    output.node = new TapeNode(op, output, inputs, backward);
  }
  return output;
}

class TapeNode implements GradientNode {
  readonly order = recorded++;
  readonly op: string;
  readonly output: Tensor;
  readonly inputs: readonly Tensor[];
  readonly #versions: readonly number[];
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
    this.#backward = backward;
  }

  backward(root: Tensor, gradOutput: Tensor | undefined): void {
    const seed = gradOutput ?? undefined;
    if (seed ? !sameShape(seed.shape, root.shape) : root.size !== 1) {
      throw new ShapeError(
        `backward: gradOutput: expected shape ${formatShape(root.shape)}, got ` +
          (seed ? formatShape(seed.shape) : 'nothing, which only a tensor of one element allows'),
      );
    }
    noGrad(() => scope(() => walk(this, new Gradients(root, seed ?? one(root)))));
  }

  run(gradOutput: Tensor, addGradient: AddGradient): void {
    this.inputs.forEach((input, i) => {
      if (input.version !== this.#versions[i]) {
        throw new Error(
          `backward: ${this.op}: an input was changed in place after the op had used it`,
        );
      }
    });
    this.#backward(gradOutput, addGradient);
  }
}

/** Visits the nodes that `last` depends on, latest first: each gradient is complete when its node is reached. */
function walk(last: TapeNode, gradients: Gradients): void {
  const addGradient: AddGradient = (input, compute) => gradients.add(input, compute);
  for (const node of ancestors(last).sort((a, b) => b.order - a.order)) {
    const gradOutput = gradients.take(node.output);
    if (!gradOutput) continue;
    node.run(gradOutput, addGradient);
    gradients.finish(gradOutput);
  }
}

function ancestors(last: TapeNode): TapeNode[] {
  const found = new Set<TapeNode>([last]);
  for (const node of found) {
    for (const input of node.inputs) if (input.node) found.add(input.node as TapeNode);
  }
  return [...found];
}

/** The gradients of one backward pass: kept on the leaves, held here for everything between. */
class Gradients {
  readonly #root: Tensor;
  readonly #between = new Map<Tensor, Tensor>();

  constructor(root: Tensor, gradOutput: Tensor) {
    this.#root = gradOutput;
    this.#between.set(root, gradOutput);
  }

  add(input: Tensor | undefined, compute: (gradInput: Tensor, accumulate: boolean) => void): void {
    if (!input?.requiresGrad) return;
    const existing = input.node ? this.#between.get(input) : input.grad;
    if (existing) {
      compute(existing, true);
      return;
    }
    const gradInput = Tensor.allocate(input.shape);
    compute(gradInput, false);
    if (input.node) this.#between.set(input, gradInput);
    else input.grad = keep(gradInput);
  }

  take(output: Tensor): Tensor | undefined {
    return this.#between.get(output);
  }

  /** Frees a gradient that has been used up; the caller's own stays. */
  finish(gradOutput: Tensor): void {
    if (gradOutput !== this.#root) gradOutput.dispose();
  }
}

function one(root: Tensor): Tensor {
  const result = Tensor.allocate(root.shape);
  runtime().heap.f32[result.pointer / 4] = 1;
  return result;
}
