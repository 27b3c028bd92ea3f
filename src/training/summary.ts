import { checkArity, wrongKind } from '../check.js';
import { zeros } from '../creation.js';
import { evaluationPass, type LayerClass, Module, namedState } from '../layers/module.js';
import { signatureOf } from '../layers/signature.js';
import { modulesIn } from '../layers/state.js';
import { counting, type Work } from '../ops/work.js';
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
  /** Products that it adds up for one sample: those of convolutions and of products of matrices. */
  readonly multiplyAdds: number;
}

/** What `summary` tells of a model. */
export interface Summary {
  readonly layers: readonly LayerSummary[];
  /** Parameters of the whole model. */
  readonly parameters: number;
  /** Those of one sample, also where no layer has a row for them. */
  readonly multiplyAdds: number;
  /** Bytes of all parameters and buffers. */
  readonly parameterBytes: number;
  /** Bytes of what all layers put out for one sample: training keeps no more than that for the gradients, and a few sums. */
  readonly activationBytes: number;
}

/**
 * What each layer puts out, what it computes and how many parameters it has, found by running the model once on zeros, in evaluation mode:
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
  const work: Work = { multiplyAdds: 0, bytes: 0 };
  const restore = modulesIn(model).flatMap(([path, layer]) => {
    const isLeaf = layer.children().length === 0;
    const own = isLeaf ? layer.parameters() : ownParameters(layer);
    if (!isLeaf && own.length === 0) return [];
    const row = (run: () => Tensor) => {
      const [first, before] = [layers.length, work.multiplyAdds];
      const output = run();
      const inner = layers.slice(first).reduce((sum, { multiplyAdds }) => sum + multiplyAdds, 0);
      layers.push({
        path,
        type: typeName(layer),
        outputShape: output.shape,
        parameters: sizeOfAll(own.filter((parameter) => !counted.has(parameter))),
        multiplyAdds: work.multiplyAdds - before - inner,
      });
      for (const parameter of own) counted.add(parameter);
      return output;
    };
    return [watch(layer, row)];
  });
  try {
    const pass = () => void model.forward(zeros([1, ...inputShape]));
    evaluationPass(model, () => counting(work, pass));
  } finally {
    for (const undo of restore) undo();
  }
  return {
    layers,
    parameters: sizeOfAll(model.parameters()),
    multiplyAdds: work.multiplyAdds,
    parameterBytes: 4 * sizeOfAll(namedState(model).map(([, tensor]) => tensor)),
    activationBytes: work.bytes,
  };
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

/** Lets `seen` run the layer whenever it is called, until the returned function is called. */
function watch(layer: Module, seen: (run: () => Tensor) => Tensor): () => void {
  const own = Object.getOwnPropertyDescriptor(layer, 'forward');
  const forward = layer.forward.bind(layer);
  layer.forward = (...args) => seen(() => forward(...args));
  return () => {
    Reflect.deleteProperty(layer, 'forward');
    if (own) Object.defineProperty(layer, 'forward', own);
  };
}

function sizeOfAll(parameters: readonly Tensor[]): number {
  return parameters.reduce((sum, { size }) => sum + size, 0);
}
