import { isRecording } from '../autograd.js';
import { scope, type Tensor } from '../tensor.js';
import { ActivationLayer } from './activation.js';
import { Conv1d } from './conv1d.js';
import { Conv2d } from './conv2d.js';
import { Linear } from './linear.js';
import { type LayerConfig, Module } from './module.js';

/**
 * Layers one after the other. Its parameters are named by the layer's place: `0.weight`. A convolution or a dense layer
 * applies the activation that follows it in the same pass: the same numbers with less memory, and sooner. Under `noGrad`
 * what a layer made is freed as soon as the next one is done with it; a layer that goes on using it must `keep` it.
 */
export class Sequential extends Module {
  readonly layers: readonly Module[];

  /** @throws TypeError for anything that is not a layer */
  constructor(...layers: Module[]) {
    super();
    layers.forEach((layer, i) => {
      if (!(layer instanceof Module)) {
        throw new TypeError(`Sequential: layer ${i}: expected a Module, got ${typeof layer}`);
      }
    });
    this.layers = layers;
  }

  override forward(x: Tensor): Tensor {
    const steps = this.#steps();
    if (isRecording()) return steps.reduce((value, step) => step(value), x);
    // Each step runs in a scope that holds the output of the one before.
    const run = (count: number): Tensor =>
      count === 0 ? x : scope(() => steps[count - 1]!(run(count - 1)));
    return run(steps.length);
  }

  /** What is done in turn: a layer, or one together with the activation after it. */
  #steps(): ((x: Tensor) => Tensor)[] {
    const steps: ((x: Tensor) => Tensor)[] = [];
    for (let i = 0; i < this.layers.length; i++) {
      const layer = this.layers[i]!;
      const next = this.layers[i + 1];
      if (endsWithActivation(layer) && isActivation(next)) {
        steps.push((x) => layer.forward(x, next.activation));
        i++;
      } else {
        steps.push((x) => layer.forward(x));
      }
    }
    return steps;
  }

  override children(): [name: string, layer: Module][] {
    return this.layers.map((layer, i) => [String(i), layer]);
  }

  override config(): LayerConfig {
    return { type: 'Sequential', layers: this.layers.map((layer) => layer.config()) };
  }
}

// A `forward` that a user wrote, in a subclass or over that of one layer, is called as it is.

function endsWithActivation(layer: Module): layer is Conv1d | Conv2d | Linear {
  return [Conv1d, Conv2d, Linear].some(({ prototype }) => layer.forward === prototype.forward);
}

function isActivation(layer: Module | undefined): layer is ActivationLayer {
  return layer instanceof ActivationLayer && layer.forward === ActivationLayer.prototype.forward;
}
