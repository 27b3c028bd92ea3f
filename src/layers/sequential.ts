import { compose, isRecording } from '../autograd.js';
import { wrongKind } from '../check.js';
import { scope, type Tensor } from '../tensor.js';
import type { Activation } from '../ops/activation.js';
import { Module } from './module.js';

/**
 * Layers one after the other. Its parameters are named by the layer's place: `0.weight`. A convolution or a dense layer
 * applies the activation that follows it in the same pass: the same numbers with less memory, and sooner; so does a layer
 * of one's own whose class has a static `takesActivation` beside `forward(x, activation)`. What a layer
 * made is freed with the output or with the scope, and under `noGrad` as soon as the next layer is done with it; a layer
 * that goes on using it must `keep` it.
 */
export class Sequential extends Module {
  static readonly signature: string = 'Sequential(...layers)';
  readonly layers: readonly Module[];

  /** @throws TypeError for anything that is not a layer */
  constructor(...layers: Module[]) {
    super();
    layers.forEach((layer, i) => {
      if (!(layer instanceof Module)) {
        throw wrongKind('Sequential', `layer ${i}`, 'a Module', layer);
      }
    });
    this.layers = layers;
  }

  override forward(x: Tensor): Tensor {
    const steps = this.#steps();
    if (!isRecording()) return runInScopes(steps, steps.length, x);
    // One loop: V8 shows ten frames of a stack, and the caller's should be one of them.
    return compose(() => {
      let y = x;
      for (const { layer, activation } of steps) {
        y = activation ? layer.forward(y, activation) : layer.forward(y);
      }
      return y;
    });
  }

  #steps(): Step[] {
    const steps: Step[] = [];
    for (let i = 0; i < this.layers.length; i++) {
      const layer = this.layers[i]!;
      const next = says(layer, 'takesActivation') ? this.layers[i + 1] : undefined;
      const activation =
        next && says(next, 'isActivation') ? (next as IsActivation).activation : undefined;
      steps.push({ layer, activation });
      if (activation) i++;
    }
    return steps;
  }

  override children(): [name: string, layer: Module][] {
    return this.layers.map((layer, i) => [String(i), layer]);
  }
}

/** What is done in turn: a layer, or one together with the activation after it. */
interface Step {
  readonly layer: TakesActivation;
  readonly activation: Activation | undefined;
}

interface TakesActivation extends Module {
  forward(x: Tensor, activation?: Activation): Tensor;
}

interface IsActivation extends Module {
  readonly activation: Activation;
}

function run({ layer, activation }: Step, x: Tensor): Tensor {
  return activation ? layer.forward(x, activation) : layer.forward(x);
}

/** The first `count` steps; each runs in a scope that holds the output of the one before. */
function runInScopes(steps: readonly Step[], count: number, x: Tensor): Tensor {
  if (count === 0) return x;
  return scope(() => run(steps[count - 1]!, runInScopes(steps, count - 1, x)));
}

/**
 * Whether the class that a layer has its `forward` from says so. What a class says goes for its own `forward`: not for
 * one that a user wrote in a class below it, or gave to the layer.
 */
function says(layer: Module, what: 'takesActivation' | 'isActivation'): boolean {
  let holder: object = layer;
  while (!Object.hasOwn(holder, 'forward')) holder = Object.getPrototypeOf(holder) as object;
  return holder !== layer && Object.hasOwn(holder.constructor, what);
}
