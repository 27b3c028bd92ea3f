import { crossEntropy, generator, layerFromConfig, noGrad, scope, Sequential } from 'simdgrad';
import { type Shape, ShapeError, summary, tensor, zeros } from 'simdgrad';
import { configOf, type LayerSpec } from './layers.js';
import type { Plan } from './protocol.js';

/** Goes through the layers one by one with zeros; draws no number of the library's generator. */
export function planNetwork(specs: readonly LayerSpec[], inputShape: Shape, classes: number): Plan {
  const random = generator();
  const state = random.state();
  const layers: Plan['layers'][number][] = [];
  let shape = inputShape;
  try {
    for (const spec of specs) {
      const row = planLayer(spec, shape);
      layers.push(row);
      shape = row.outputShape;
    }
    checkOutput(shape, classes);
    return { layers };
  } catch (error) {
    const index = Math.min(layers.length, specs.length - 1);
    return { layers, error: { index, message: (error as Error).message } };
  } finally {
    random.restore(state);
  }
}

function planLayer(spec: LayerSpec, inputShape: Shape): Plan['layers'][number] {
  const model = new Sequential(layerFromConfig(configOf(spec, inputShape)));
  try {
    const { layers, parameters, multiplyAdds } = summary(model, inputShape);
    return { outputShape: layers.at(-1)!.outputShape.slice(1), parameters, multiplyAdds };
  } finally {
    model.dispose();
  }
}

/** Lets the loss say what it thinks of the outputs. */
function checkOutput(shape: Shape, classes: number): void {
  scope(() =>
    noGrad(() => crossEntropy(zeros([1, ...shape]), tensor(new Int32Array([classes - 1])))),
  );
}

/** The network with new weights of the library's generator. @throws ShapeError with the library's sentence */
export function buildNetwork(
  specs: readonly LayerSpec[],
  inputShape: Shape,
  classes: number,
): Sequential {
  const { layers, error } = planNetwork(specs, inputShape, classes);
  if (error) throw new ShapeError(error.message);
  const shapes = [inputShape, ...layers.map(({ outputShape }) => outputShape)];
  const configs = specs.map((spec, i) => configOf(spec, shapes[i]!));
  return layerFromConfig({ type: 'Sequential', layers: configs }) as Sequential;
}
