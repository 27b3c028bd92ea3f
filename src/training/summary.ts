import { checkArity, wrongKind } from '../check.js';
import { zeros } from '../creation.js';
import { evaluationPass, type LayerClass, Module } from '../layers/module.js';
import { signatureOf } from '../layers/signature.js';
import { modulesIn } from '../layers/state.js';
import { checkShape, type Shape } from '../shape.js';
import type { Tensor } from '../tensor.js';

/** One layer of a summary. */
export interface LayerSummary {
  /** Path in the model. */
  readonly path: string;
  /** The type in model files; of a class without a signature, its name. */
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
 * What each layer puts out and how many parameters it has, found by running the model once on zeros, in evaluation mode:
 * no number is drawn, and no mode or statistic changes. The rows are in the order in which the layers are done. A layer
 * with others inside has a row where it has parameters of its own; what runs again has another row, with 0 parameters.
 * @param inputShape shape of one sample, without the batch
 * @throws TypeError, ShapeError
 */
export function summary(model: Module, inputShape: Shape): Summary {
  checkArity('summary', arguments.length, 2);
  if (!(model instanceof Module)) throw wrongKind('summary', 'model', 'a Module', model);
  checkShape('summary', 'inputShape', inputShape);
  const layers: LayerSummary[] = [];
  const counted = new Set<Tensor>();
  const restore = modulesIn(model).flatMap(([path, layer]) => {
    const isLeaf = layer.children().length === 0;
    const own = isLeaf ? layer.parameters() : ownParameters(layer);
    if (!isLeaf && own.length === 0) return [];
    const row = ({ shape: outputShape }: Tensor) => {
      const parameters = sizeOfAll(own.filter((parameter) => !counted.has(parameter)));
      for (const parameter of own) counted.add(parameter);
      layers.push({ path, type: typeName(layer), outputShape, parameters });
    };
    return [watch(layer, row)];
  });
  try {
    evaluationPass(model, () => void model.forward(zeros([1, ...inputShape])));
  } finally {
    for (const undo of restore) undo();
  }
  return { layers, parameters: sizeOfAll(model.parameters()) };
}

/** The parameters of a layer that are not those of a layer inside. */
function ownParameters(layer: Module): Tensor[] {
  const inner = new Set(layer.children().flatMap(([, child]) => child.parameters()));
  return layer.parameters().filter((parameter) => !inner.has(parameter));
}

/** Minifiers rename classes, but not the types in model files. */
function typeName({ constructor }: Module): string {
  return signatureOf(constructor as LayerClass)?.type ?? constructor.name;
}

/** Calls `seen` with every output of the layer until the returned function is called. */
function watch(layer: Module, seen: (output: Tensor) => void): () => void {
  const own = Object.getOwnPropertyDescriptor(layer, 'forward');
  const forward = layer.forward.bind(layer);
  layer.forward = (...args) => {
    const output = forward(...args);
    seen(output);
    return output;
  };
  return () => {
    Reflect.deleteProperty(layer, 'forward');
    if (own) Object.defineProperty(layer, 'forward', own);
  };
}

function sizeOfAll(parameters: readonly Tensor[]): number {
  return parameters.reduce((sum, { size }) => sum + size, 0);
}
