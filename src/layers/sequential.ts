import { compose, isRecording } from '../autograd.js';
import { wrongKind } from '../check.js';
import { scope, type Tensor } from '../tensor.js';
import type { Activation } from '../ops/activation.js';
import { ActivationLayer } from './activation.js';
import { Conv1d } from './conv1d.js';
import { Conv2d } from './conv2d.js';
import { Linear } from './linear.js';
import { Module } from './module.js';

/**
 * Layers one after the other. Its parameters are named by the layer's place: `0.weight`. A convolution or a dense layer
 * applies the activation that follows it in the same pass: the same numbers with less memory, and sooner. What a layer
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
    // A loop: V8 shows ten frames of a stack, and the caller's should be one of them.
    return compose(() => {
      let y = x;
      for (const step of steps) y = run(step, y);
      return y;
    });
  }

  #steps(): Step[] {
    const steps: Step[] = [];
    for (let i = 0; i < this.layers.length; i++) {
      const layer = this.layers[i]!;
      const next = this.layers[i + 1];
      if (endsWithActivation(layer) && isActivation(next)) {
        steps.push({ layer, activation: next.activation });
        i++;
      } else {
        steps.push({ layer, activation: undefined });
      }
    }
    return steps;
  }

  override children(): [name: string, layer: Module][] {
    return this.layers.map((layer, i) => [String(i), layer]);
  }
}

/** What is done in turn: a layer, or one together with the activation after it. */
type Step =
  | { readonly layer: Module; readonly activation: undefined }
  | { readonly layer: WithActivation; readonly activation: Activation };

type WithActivation = Conv1d | Conv2d | Linear;

function run({ layer, activation }: Step, x: Tensor): Tensor {
  return activation ? layer.forward(x, activation) : layer.forward(x);
}

/** The first `count` steps; each runs in a scope that holds the output of the one before. */
function runInScopes(steps: readonly Step[], count: number, x: Tensor): Tensor {
  if (count === 0) return x;
  return scope(() => run(steps[count - 1]!, runInScopes(steps, count - 1, x)));
}

// A `forward` that a user wrote, in a subclass or over that of one layer, is called as it is.

function endsWithActivation(layer: Module): layer is WithActivation {
  const { forward } = layer;
  return (
    forward === Conv2d.prototype.forward ||
    forward === Linear.prototype.forward ||
    forward === Conv1d.prototype.forward
  );
}

function isActivation(layer: Module | undefined): layer is ActivationLayer {
  return layer instanceof ActivationLayer && layer.forward === ActivationLayer.prototype.forward;
}
