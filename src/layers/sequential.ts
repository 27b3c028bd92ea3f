import type { Tensor } from '../tensor.js';
import { type LayerConfig, Module } from './module.js';

/** Layers one after the other. Its parameters are named by the layer's place: `0.weight`. */
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
    return this.layers.reduce((value, layer) => layer.forward(value), x);
  }

  override children(): [name: string, layer: Module][] {
    return this.layers.map((layer, i) => [String(i), layer]);
  }

  override config(): LayerConfig {
    return { type: 'Sequential', layers: this.layers.map((layer) => layer.config()) };
  }
}
