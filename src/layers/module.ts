import { noGrad } from '../autograd.js';
import { type Origin, originOf } from '../describe.js';
import { ShapeError } from '../errors.js';
import { checkShape, formatShape, sameShape, sizeOf } from '../shape.js';
import { keep, scope, Tensor, type TensorData } from '../tensor.js';

/** A layer's description as plain JSON: its type and the arguments that make it again. */
export interface LayerConfig {
  readonly type: string;
  readonly [argument: string]: unknown;
}

/** What `fit` and the optimizers need of a model. */
export interface Model {
  /** The output for a batch of inputs. */
  forward(x: Tensor): Tensor;
  /** Every parameter once. */
  parameters(): Tensor[];
  /** Every parameter with its path, for checkpoints. */
  namedParameters?(): [path: string, parameter: Tensor][];
  /** Switches between the behaviour in training and in evaluation. */
  train?(training: boolean): unknown;
}

const ORIGIN = /* @__PURE__ */ originOf('Module');

/**
 * Base of all layers and models. A subclass keeps its parameters (`parameter`), layers, and arrays of layers in
 * properties: they are found there, and named by their path (`features.0.weight`).
 */
export abstract class Module implements Model {
  /** Whether layers that behave differently in training (dropout) do so. Set by `train` and `eval`. */
  training = true;

  /** @internal */
  get '@simdgrad'(): Origin {
    return ORIGIN;
  }

  /** The output for a batch of inputs. */
  abstract forward(x: Tensor): Tensor;

  /** Plain JSON that `formats/model` can rebuild the layer from; a subclass that is to be saved overrides it. */
  config(): LayerConfig {
    throw new Error(
      `${this.constructor.name}: config() is missing: a model that holds it cannot be saved`,
    );
  }

  /** The layers directly inside, with their names. */
  children(): [name: string, layer: Module][] {
    const found: [name: string, layer: Module][] = [];
    for (const name of Object.keys(this)) {
      const value: unknown = this[name as keyof this];
      if (value instanceof Module) found.push([name, value]);
      if (!Array.isArray(value)) continue;
      value.forEach((item: unknown, i) => {
        if (item instanceof Module) found.push([`${name}.${i}`, item]);
      });
    }
    return found;
  }

  /** Every parameter with its path. */
  namedParameters(): [path: string, parameter: Tensor][] {
    const own = Object.entries(this).filter(([, value]) => value instanceof Tensor);
    const inner = this.children().flatMap(([name, layer]) =>
      layer.namedParameters().map(([path, value]): [string, Tensor] => [`${name}.${path}`, value]),
    );
    return [...(own as [string, Tensor][]), ...inner];
  }

  /** Every parameter once, also one that several layers share. */
  parameters(): Tensor[] {
    return [...new Set(this.namedParameters().map(([, parameter]) => parameter))];
  }

  /** Switches to training behaviour, or with false to that of evaluation. */
  train(training = true): this {
    this.training = training;
    for (const [, layer] of this.children()) layer.train(training);
    return this;
  }

  /** Switches to the behaviour in evaluation. */
  eval(): this {
    return this.train(false);
  }

  /** The output for x in evaluation mode, without gradients; what is made on the way is freed. */
  predict(x: Tensor): Tensor {
    const inTraining = inTrainingWithin(this, []);
    if (inTraining.length > 0) this.eval();
    try {
      return scope(() => noGrad(() => this.forward(x)));
    } finally {
      for (const layer of inTraining) layer.training = true;
    }
  }

  /** Copies of all parameters by path. */
  stateDict(): Map<string, { shape: readonly number[]; data: TensorData }> {
    return new Map(
      this.namedParameters().map(([path, parameter]) => [
        path,
        { shape: parameter.shape, data: parameter.data() },
      ]),
    );
  }

  /**
   * Overwrites all parameters.
   * @throws ShapeError for a parameter that is missing, superfluous or of another shape, DisposedError; nothing is
   * changed then
   */
  loadStateDict(
    state: ReadonlyMap<string, { shape: readonly number[]; data: ArrayLike<number> }>,
  ): void {
    const parameters = new Map(this.namedParameters());
    for (const path of state.keys()) {
      if (!parameters.has(path))
        throw new ShapeError(`loadStateDict: ${path}: the model has no such parameter`);
    }
    for (const [path, parameter] of parameters) {
      const entry = state.get(path);
      const { shape } = parameter;
      void parameter.pointer;
      const fits = entry && sameShape(entry.shape, shape);
      if (!fits || entry.data.length !== sizeOf(shape)) {
        const values = fits ? ` with ${entry.data.length} values` : '';
        const got = entry ? formatShape(entry.shape) + values : 'nothing';
        throw new ShapeError(
          `loadStateDict: ${path}: expected shape ${formatShape(shape)}, got ${got}`,
        );
      }
    }
    for (const [path, parameter] of parameters) parameter.assign(state.get(path)!.data);
  }

  /** Frees all parameters. */
  dispose(): void {
    for (const parameter of this.parameters()) parameter.dispose();
  }

  /** `dispose()` at the end of a block with `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** Adds to `found` those of the module and all that are inside, at any depth, that are in training mode. */
function inTrainingWithin(module: Module, found: Module[]): Module[] {
  if (module.training) found.push(module);
  for (const [, layer] of module.children()) inTrainingWithin(layer, found);
  return found;
}

/** A parameter of a layer, filled by `initialize`; it lives until the layer is disposed, in a scope too. */
export function parameter(shape: readonly number[], initialize: (weight: Tensor) => void): Tensor {
  checkShape('parameter', 'shape', shape);
  const weight = keep(Tensor.allocate(shape));
  weight.requiresGrad = true;
  initialize(weight);
  return weight;
}
