import { wrongKind } from '../../check.js';
import { disposeGraph, type Graph } from '../../graph/graph.js';
import { trace, type TraceInputs } from '../../graph/trace.js';
import { ImportedModule } from '../../imported/module.js';
import type { Model } from '../../layers/module.js';
import type { Spec } from '../../ops/op.js';
import { checkShape, type Shape } from '../../shape.js';
import { Tensor } from '../../tensor.js';
import { dynamicSizes, fixedSizes, type Sizes } from './dynamic.js';

/** The shape of an input: of float32, or with its dtype. */
export type InputShape = Shape | Spec;

/** The shape of the only input, or for each by its name its shape, or a tensor for one that is always this. */
export type InputShapes = InputShape | Readonly<Record<string, InputShape | Tensor>>;

/** Batches that a model is traced with, to see what depends on their size; 1 could be an axis that is repeated. */
const BATCHES = [2, 3];

/** Inputs as a trace takes them, and those that are always the same. */
export function inputsOf(given: InputShapes): {
  inputs: TraceInputs;
  fixed: Readonly<Record<string, Tensor>>;
} {
  if (isShape(given)) return { inputs: specOf(given, 'inputShape'), fixed: {} };
  const entries = typeof given === 'object' && given !== null ? Object.entries(given) : [];
  const fixed = entries.filter((entry): entry is [string, Tensor] => entry[1] instanceof Tensor);
  const open = entries.filter(([, value]) => isShape(value)) as [string, InputShape][];
  if (open.length === 0 || open.length + fixed.length < entries.length) {
    throw wrongKind('saveOnnx', 'inputShape', 'a shape, or shapes by name', given);
  }
  const inputs = Object.fromEntries(open.map(([name, value]) => [name, specOf(value, name)]));
  return { inputs, fixed: Object.fromEntries(fixed) };
}

function isShape(value: unknown): value is InputShape {
  if (value instanceof Tensor) return false;
  return Array.isArray(value) || Array.isArray((value as Spec | null | undefined)?.shape);
}

function specOf(value: InputShape, argument: string): Spec {
  const spec = 'shape' in value ? value : { shape: value, dtype: 'float32' as const };
  checkShape('saveOnnx', argument, spec.shape);
  return spec;
}

/** The model with some of its inputs given. */
function withInputs(model: Model, fixed: Readonly<Record<string, Tensor>>): Model {
  if (Object.keys(fixed).length === 0) return model;
  return {
    ...stateOf(model),
    forward: (x) => model.forward({ ...x, ...fixed } as never),
  };
}

/** The parameters and buffers of a model, for one around it. */
function stateOf(model: Model): Omit<Model, 'forward'> {
  return {
    parameters: () => model.parameters(),
    namedParameters: () => model.namedParameters?.() ?? [],
    namedBuffers: () => model.namedBuffers?.() ?? [],
  };
}

/** A graph, and what of it depends on the batch. */
export interface Traced {
  readonly graph: Graph;
  readonly sizes: Sizes;
}

/**
 * The graph of a model, for batches of any size where it takes them.
 * @param dynamicBatch true: it has to; false: of the batch that the inputs have
 */
export function traced(
  model: Model,
  inputs: TraceInputs,
  fixed: Readonly<Record<string, Tensor>>,
  dynamicBatch: boolean | undefined,
): Traced {
  const whole = withInputs(modelOf(model), fixed);
  const dynamic = dynamicBatch === false ? undefined : tracedForAny(whole, inputs, dynamicBatch);
  return dynamic ?? tracedFor(whole, inputs);
}

function tracedFor(model: Model, inputs: TraceInputs): Traced {
  const graph = trace(model, inputs);
  return { graph, sizes: fixedSizes(graph) };
}

/** The graph for batches of any size; undefined where the model does not take them and need not. */
function tracedForAny(
  model: Model,
  inputs: TraceInputs,
  dynamicBatch: boolean | undefined,
): Traced | undefined {
  let cause: unknown;
  try {
    const [graph, other] = BATCHES.map((batch) => trace(model, withBatch(inputs, batch)));
    const sizes = dynamicSizes(graph!, other!);
    disposeGraph(other!);
    if (sizes) return { graph: graph!, sizes };
    disposeGraph(graph!);
  } catch (error) {
    cause = error;
  }
  if (dynamicBatch !== true) return undefined;
  throw new RangeError(
    'saveOnnx: dynamicBatch: expected a model that does the same for batches of every size, ' +
      `got one that does not${cause instanceof Error ? `: ${cause.message}` : ''}`,
    { cause },
  );
}

function withBatch(inputs: TraceInputs, batch: number): TraceInputs {
  const resized = ({ shape, dtype }: Spec): Spec => ({ shape: [batch, ...shape.slice(1)], dtype });
  if (Array.isArray(inputs.shape)) return resized(inputs as Spec);
  const named = Object.entries(inputs as Readonly<Record<string, Spec>>);
  return Object.fromEntries(named.map(([name, spec]) => [name, resized(spec)]));
}

/** The model with all its outputs. */
function modelOf(model: Model): Model {
  if (!(model instanceof ImportedModule) || model.outputs.length === 1) return model;
  return { ...stateOf(model), forward: (x) => model.run(x) as never };
}
