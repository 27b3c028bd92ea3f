import { checkArity, wrongKind } from '../check.js';
import { zeros } from '../creation.js';
import { evaluationPass, Module } from '../layers/module.js';
import { checkShape, type Shape } from '../shape.js';
import type { Tensor } from '../tensor.js';

/** One layer of a summary. */
export interface LayerSummary {
  /** Path in the model. */
  readonly path: string;
  /** The type in model files; of a layer that cannot be saved, the name of its class. */
  readonly type: string;
  readonly outputShape: Shape;
  readonly parameters: number;
}

/** What `summary` tells of a model. */
export interface Summary {
  readonly layers: readonly LayerSummary[];
  /** Parameters of the whole model. */
  readonly parameters: number;
}

/**
 * What each layer puts out and how many parameters it has, found by running the model once on zeros.
 * @param inputShape shape of one sample, without the batch
 * @throws TypeError, ShapeError
 */
export function summary(model: Module, inputShape: Shape): Summary {
  checkArity('summary', arguments.length, 2);
  if (!(model instanceof Module)) throw wrongKind('summary', 'model', 'a Module', model);
  checkShape('summary', 'inputShape', inputShape);
  const layers: LayerSummary[] = [];
  const restore = leaves('', model).map(([path, layer]) =>
    watch(layer, (output) =>
      layers.push({
        path,
        type: typeName(layer),
        outputShape: output.shape,
        parameters: countParameters(layer),
      }),
    ),
  );
  try {
    evaluationPass(model, () => void model.forward(zeros([1, ...inputShape])));
  } finally {
    for (const undo of restore) undo();
  }
  return { layers, parameters: countParameters(model) };
}

/** The layers that hold no others. */
function leaves(path: string, layer: Module): [path: string, layer: Module][] {
  const children = layer.children();
  if (children.length === 0) return [[path, layer]];
  return children.flatMap(([name, child]) => leaves(path ? `${path}.${name}` : name, child));
}

/** Minifiers rename classes, but not the types in model files. */
function typeName(layer: Module): string {
  const isSaved = layer.config !== Module.prototype.config;
  return isSaved ? layer.config().type : layer.constructor.name;
}

/** Calls `seen` with every output of the layer until the returned function is called. */
function watch(layer: Module, seen: (output: Tensor) => void): () => void {
  layer.forward = (x) => {
    const output = (Object.getPrototypeOf(layer) as Module).forward.call(layer, x);
    seen(output);
    return output;
  };
  return () => Reflect.deleteProperty(layer, 'forward');
}

function countParameters(layer: Module): number {
  return layer.parameters().reduce((sum, parameter) => sum + parameter.size, 0);
}
