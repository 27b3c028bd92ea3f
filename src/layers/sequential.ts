import { isRecording } from '../autograd.js';
import { scope, type Tensor } from '../tensor.js';
import { type LayerConfig, Module } from './module.js';

/**
 * Layers one after the other. Its parameters are named by the layer's place: `0.weight`. Under `noGrad` what a layer
 * made is freed as soon as the next one is done with it; a layer that goes on using it must `keep` it.
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
    if (isRecording()) return this.layers.reduce((value, layer) => layer.forward(value), x);
    // Each layer runs in a scope that holds the output of the one before.
    const run = (count: number): Tensor =>
      count === 0 ? x : scope(() => this.layers[count - 1]!.forward(run(count - 1)));
    return run(this.layers.length);
  }

  override children(): [name: string, layer: Module][] {
    return this.layers.map((layer, i) => [String(i), layer]);
  }

  override config(): LayerConfig {
    return { type: 'Sequential', layers: this.layers.map((layer) => layer.config()) };
  }
}
