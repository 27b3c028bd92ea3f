import { noGrad } from '../autograd.js';
import { checkBoolean, wrongKind } from '../check.js';
import { COPY, type Origin } from '../describe.js';
import { evaluating, isEvaluating } from '../evaluating.js';
import type { Shape } from '../shape.js';
import { scope, Tensor, type TensorData } from '../tensor.js';
import { SAME, signatureOf } from './signature.js';
import { checkState, type StateDict } from './state-dict.js';
import { namedTensors, propertiesOf, tensorsOf } from './state.js';

/**
 * A layer's description as plain JSON, for `layerFromConfig`: its type, and the arguments of its constructor and its
 * options by their names, side by side. A layer among them is such a description itself, as in the `layers` of a
 * `Sequential`. `{ type: 'Conv2d', inChannels: 1, outChannels: 8, kernelSize: 3, bias: true, padding: 'same' }`
 */
export interface LayerConfig {
  /** The type in the signature of the class. */
  readonly type: string;
  readonly [argument: string]: unknown;
}

/**
 * A class of layers that model files can name. Its `signature` has its type in the files, then the names of its
 * constructor's arguments, as they stand there: `'Conv(inChannels, outChannels, { stride, bias })'`. In braces are
 * options, the last argument, an object; `...layers` stands for any number of layers. A class below it has to have one of
 * its own. The type is text, since minifiers rename classes.
 */
export type LayerClass = (new (...args: never[]) => Module) & { readonly signature: string };

/** What `fit` and the optimizers need of a model. */
export interface Model {
  /** The output for a batch of inputs. */
  forward(x: Tensor): Tensor;
  /** Every parameter once. */
  parameters(): Tensor[];
  /** Every parameter with its path, for checkpoints. */
  namedParameters?(): [path: string, parameter: Tensor][];
  /** Every tensor that is saved and not trained, with its path: running statistics, say. */
  namedBuffers?(): [path: string, buffer: Tensor][];
  /**
   * Switches between the behaviour in training and in evaluation. A model that is no `Module` is told before each pass
   * of `evaluate` and `predict`, and told its mode again after it: `training`, or, where it has no such property, true
   * while `fit` trains it.
   */
  train?(training: boolean): unknown;
  /** Whether it is in training mode. */
  readonly training?: boolean;
}

const ORIGIN: Origin = { kind: 'Module', copy: COPY };

/** Models without a property `training` that `fit` has put into training mode. */
let inTraining: WeakSet<Model> | undefined;

/**
 * Base of all layers and models. A subclass keeps its parameters (`parameter`), its buffers (`buffer`), its layers, and
 * arrays of them in properties: they are found there, and named by their path (`features.0.weight`); what is found twice
 * has the first path. Any other tensor in a property is neither trained nor saved; but a leaf that was made with
 * `requiresGrad`, by `tensor` say, counts as a parameter.
 */
export abstract class Module implements Model {
  #training = true;

  /**
   * Whether layers that behave differently in training (dropout) do so. Set by `train` and `eval`. While `predict` or
   * `evaluate` runs the model it is false, and setting it has no effect.
   */
  get training(): boolean {
    return this.#training && !isEvaluating();
  }

  /** @throws TypeError */
  set training(training: boolean) {
    checkBoolean('train', 'training', training);
    if (!isEvaluating()) this.#training = training;
  }

  /** @internal */
  get '@simdgrad'(): Origin {
    return ORIGIN;
  }

  /** The output for a batch of inputs. */
  abstract forward(x: Tensor): Tensor;

  /**
   * The layer as plain JSON, from which `layerFromConfig` makes it again: its properties of the names in the
   * `signature` of its class, which are plain JSON, layers or arrays of layers. A class whose arguments are not its
   * properties overrides it.
   * @throws Error where the class has no signature, or the layer no such property
   */
  config(): LayerConfig {
    return configOf(this);
  }

  /** The layers directly inside, with their names. */
  children(): [name: string, layer: Module][] {
    return propertiesOf(this).filter(
      (entry): entry is [string, Module] => entry[1] instanceof Module,
    );
  }

  /** Every parameter once, with its path. */
  namedParameters(): [path: string, parameter: Tensor][] {
    return namedTensors(this, 'parameter');
  }

  /** Every buffer once, with its path. */
  namedBuffers(): [path: string, buffer: Tensor][] {
    return namedTensors(this, 'buffer');
  }

  /** Every parameter once, also one that several layers share. */
  parameters(): Tensor[] {
    return this.namedParameters().map(([, parameter]) => parameter);
  }

  /** Switches to training behaviour, or with false to that of evaluation. @throws TypeError */
  train(training = true): this {
    this.training = training;
    for (const [, layer] of this.children()) layer.train(training);
    return this;
  }

  /** Switches to the behaviour in evaluation. */
  eval(): this {
    return this.train(false);
  }

  /**
   * The output for x in evaluation mode, without gradients; what is made on the way is freed. The modes of the layers
   * and the library's generator stay as they are.
   */
  predict(x: Tensor): Tensor {
    if (!(x instanceof Tensor)) throw wrongKind('predict', 'x', 'a Tensor', x);
    return evaluationPass(this, () => this.forward(x));
  }

  /** Copies of all parameters and buffers by path. */
  stateDict(): Map<string, { shape: readonly number[]; data: TensorData }> {
    return new Map(
      namedState(this).map(([path, tensor]) => [
        path,
        { shape: tensor.shape, data: tensor.data() },
      ]),
    );
  }

  /**
   * Overwrites all parameters and buffers.
   * @throws TypeError; ShapeError that lists all that are missing, superfluous or of another shape; DisposedError;
   * nothing is changed then
   */
  loadStateDict(state: StateDict): void {
    const tensors = new Map(namedState(this));
    const shapes = [...tensors].map(([path, tensor]): [string, Shape] => {
      void tensor.pointer;
      return [path, tensor.shape];
    });
    checkState('loadStateDict', new Map(shapes), state);
    for (const [path, tensor] of tensors) tensor.assign(state.get(path)!.data);
  }

  /** Frees all parameters and buffers, and what other tensors there are in properties. */
  dispose(): void {
    for (const [, value] of [...namedState(this), ...tensorsOf(this)]) value.dispose();
    for (const [, layer] of this.children()) layer.dispose();
  }

  /** `dispose()` at the end of a block with `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** All that is saved of a model: its parameters by path, or by place where it does not name them, then its buffers. */
export function namedState(model: Model): [path: string, tensor: Tensor][] {
  const parameters =
    model.namedParameters?.() ??
    model.parameters().map((value, i): [string, Tensor] => [String(i), value]);
  return [...parameters, ...(model.namedBuffers?.() ?? [])];
}

function configOf(layer: Module): LayerConfig {
  const { name } = layer.constructor;
  const signature = signatureOf(layer.constructor as LayerClass);
  if (!signature) {
    throw new Error(
      `${name}: the class has no static signature of its own: a model that holds it cannot be saved`,
    );
  }
  const { type, names, options = [] } = signature;
  const config: Record<string, unknown> & LayerConfig = { type };
  for (const argument of [...names, ...options]) {
    const property = argument.replace('...', '');
    const value = layer[property as keyof Module] as unknown;
    if (value === undefined && !(property in layer)) {
      throw new Error(`${name}: config: expected a property ${property}, as the signature has it`);
    }
    config[property] = inConfig(value);
  }
  return config;
}

/** Layers as their configs; one that stands in the same list before is written as its place. */
function inConfig(value: unknown): unknown {
  if (value instanceof Module) return value.config();
  if (!Array.isArray(value)) return value;
  return value.map((item: unknown, i) => {
    const index = value.indexOf(item);
    if (!(item instanceof Module)) return item;
    return index < i ? { type: SAME, index } : item.config();
  });
}

/**
 * One pass of a model in evaluation mode, without gradients; what is made on the way is freed. The model is in the mode
 * in which it was, and the library's generator as it was, as soon as it returns or throws.
 */
export function evaluationPass<T>(model: Model, body: () => T): T {
  const told = withOwnMode(model, []);
  const modes = told.map((each) => each.training ?? inTraining?.has(each) ?? false);
  return evaluating(() => {
    try {
      for (const each of told) each.train!(false);
      return scope(() => noGrad(body));
    } finally {
      told.forEach((each, i) => each.train!(modes[i]!));
    }
  });
}

/** Puts a model into training mode, or into that of evaluation. */
export function setTraining(model: Model, training: boolean): void {
  if (training) (inTraining ??= new WeakSet()).add(model);
  else inTraining?.delete(model);
  model.train?.(training);
}

/** The model and the layers in it that have to be told the mode: their `train`, or `training`, is not that of Module. */
function withOwnMode(model: Model, found: Model[]): Model[] {
  const isOwn = model.train !== Module.prototype.train || Object.hasOwn(model, 'training');
  if (model.train && isOwn) found.push(model);
  if (model instanceof Module) for (const [, layer] of model.children()) withOwnMode(layer, found);
  return found;
}
