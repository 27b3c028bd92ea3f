import { wrongKind } from '../check.js';
import { evaluationPass, type Model, namedState } from '../layers/module.js';
import { type Inputs, type Plan, type Spec, withTracer } from '../ops/op.js';
import { adoptInScope } from '../runtime/arena.js';
import { checkShape } from '../shape.js';
import { keep, Tensor } from '../tensor.js';
import { AbstractTensor } from './abstract-tensor.js';
import type { Graph, GraphNode, GraphOp, GraphValue } from './graph.js';

/** The shape and dtype of an input; of a model of several inputs, those of each by its name. */
export type TraceInputs = Spec | Readonly<Record<string, Spec>>;

/**
 * What a model computes for inputs of these shapes, without computing it: the model runs once, in evaluation mode and
 * without gradients, on tensors that have shapes and no values. Ops on tensors that have values, parameters say, are
 * computed; what they give, and every tensor that the model had before, are constants of the graph, which shares their
 * memory. The constants belong to the scope that is open, if any; else `disposeGraph` frees them.
 * @param model its `forward` takes a tensor, or an object of tensors by their names, and gives one, an array or an
 * object of them
 * @throws TraceError where the model reads values of what depends on its input; what its `forward` throws for shapes
 */
export function trace(model: Model, inputs: TraceInputs): Graph {
  const recorder = new Recorder(model);
  try {
    const graph = evaluationPass(model, () => {
      const forward = (x: unknown) => outputsOf(model, x);
      const named = isSpec(inputs) ? undefined : Object.entries(inputs);
      const abstract = named
        ? Object.fromEntries(named.map(([name, spec]) => [name, recorder.input(spec, name)]))
        : recorder.input(inputs as Spec);
      const result = withTracer(recorder.call, () => forward(abstract));
      return recorder.graph(outputsIn(result));
    });
    for (const tensor of recorder.constants) adoptInScope(tensor);
    return graph;
  } catch (error) {
    for (const tensor of recorder.constants) tensor.dispose();
    throw error;
  }
}

/** What a model that has several outputs by names gives by another method (`ImportedModule.run`). */
interface Several extends Model {
  readonly outputs?: readonly string[];
  run?(x: unknown): unknown;
}

function outputsOf(model: Several, x: unknown): unknown {
  const { outputs = [] } = model;
  return outputs.length > 1 && model.run ? model.run(x) : model.forward(x as Tensor);
}

const isSpec = (inputs: TraceInputs): inputs is Spec => Array.isArray(inputs.shape);

/** The tensors that `forward` gave, by their names; one alone has none. @throws TypeError */
function outputsIn(result: unknown): [name: string | undefined, output: Tensor][] {
  if (result instanceof Tensor) return [[undefined, result]];
  const isCollection = result !== null && typeof result === 'object';
  const outputs = isCollection ? Object.entries(result as Record<string, Tensor>) : [];
  const wrong = outputs.find(([, output]) => !(output instanceof Tensor));
  if (wrong || outputs.length === 0) {
    const what = 'a Tensor, or an array or object of tensors';
    throw wrongKind('trace', 'the output of forward', what, wrong ? wrong[1] : result);
  }
  return outputs;
}

/** Records the calls of ops whose inputs have no values. */
class Recorder {
  readonly #inputs: GraphValue[] = [];
  readonly #nodes: GraphNode[] = [];
  readonly #values = new Map<Tensor, GraphValue>();
  readonly #paths: ReadonlyMap<Tensor, string>;
  #count = 0;

  constructor(model: Model) {
    this.#paths = new Map(namedState(model).map(([path, tensor]) => [tensor, path]));
  }

  /** Those of the graph, out of every scope. */
  get constants(): Tensor[] {
    return [...this.#values.values()].map(({ constant }) => constant!);
  }

  input({ shape, dtype = 'float32' }: Spec, name?: string): Tensor {
    checkShape('trace', name ?? 'input', shape);
    const value = this.#value({ shape, dtype }, name);
    this.#inputs.push(value);
    return new AbstractTensor(value, name === undefined ? 'its input' : `its input ${name}`);
  }

  readonly call = (
    op: GraphOp,
    inputs: Inputs,
    options: unknown,
    plan: Plan,
    isWhole: boolean,
  ): Tensor[] | undefined => {
    if (!inputs.some((input) => input instanceof AbstractTensor)) return undefined;
    const { shape, dtype = 'float32', saved = [] } = plan;
    const node = {
      op,
      inputs: inputs.map((input) => input && this.#valueOf(input)),
      output: this.#value({ shape, dtype }),
      saved: isWhole ? saved.map((spec) => this.#value(spec)) : [],
      options,
      plan,
    };
    this.#nodes.push(node);
    return [node.output, ...node.saved].map((value) => new AbstractTensor(value, op.name));
  };

  graph(outputs: readonly [name: string | undefined, output: Tensor][]): Graph {
    const names = outputs.map(([name]) => name);
    return {
      inputs: this.#inputs,
      nodes: this.#nodes,
      outputs: outputs.map(([, output]) => this.#valueOf(output)),
      ...(names[0] !== undefined && { outputNames: names as string[] }),
    };
  }

  #value({ shape, dtype }: Spec, name?: string): GraphValue {
    return { id: this.#count++, shape, dtype, ...(name !== undefined && { name }) };
  }

  #valueOf(tensor: Tensor): GraphValue {
    if (tensor instanceof AbstractTensor) return tensor.value;
    let value = this.#values.get(tensor);
    if (!value) {
      const constant = keep(tensor.shareStorage(tensor.shape));
      value = { ...this.#value(tensor, this.#paths.get(tensor)), constant };
      this.#values.set(tensor, value);
    }
    return value;
  }
}
