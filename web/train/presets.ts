import type { Shape } from 'simdgrad';
import { type LayerSpec, type LayerType, newLayer } from './layers.js';

/** Networks to begin with, by name; each for samples of any shape and any number of classes. */
export const PRESETS = ['lenet', 'cifar', 'depthwise', 'dense'] as const;
export type PresetName = (typeof PRESETS)[number];

type Settings = Readonly<Record<string, number | boolean>>;

const layer = (type: LayerType, settings: Settings = {}): LayerSpec => ({
  ...newLayer(type),
  ...settings,
});

/** @param inputShape [height, width, channels] or [length, channels] */
export function presetLayers(name: PresetName, inputShape: Shape, classes: number): LayerSpec[] {
  const axes = inputShape.length === 3 ? 2 : 1;
  const last = layer('Linear', { outFeatures: classes });
  const conv = (outChannels: number, kernelSize: number, more: Settings = {}) =>
    layer(`Conv${axes}d`, { outChannels, kernelSize, padding: (kernelSize - 1) / 2, ...more });
  const pool = () => layer(`MaxPool${axes}d`);
  const block = (outChannels: number, kernelSize: number) => [
    conv(outChannels, kernelSize),
    layer('ReLU'),
    pool(),
  ];
  const separable = (inChannels: number, outChannels: number) => [
    conv(inChannels, 3, { depthwise: true }),
    conv(outChannels, 1),
    layer(`BatchNorm${axes}d`),
    layer('ReLU'),
  ];
  switch (name) {
    case 'lenet':
      return [...block(8, 5), ...block(16, 5), layer('Flatten'), last];
    case 'cifar':
      return [
        ...[32, 64, 128].flatMap((channels) => block(channels, 3)),
        layer('Flatten'),
        layer('Linear', { outFeatures: 128 }),
        layer('ReLU'),
        last,
      ];
    case 'depthwise':
      return [
        ...block(16, 3),
        ...separable(16, 32),
        pool(),
        ...separable(32, 64),
        layer(`GlobalAvgPool${axes}d`),
        last,
      ];
    case 'dense':
      return [layer('Flatten'), layer('Linear', { outFeatures: 64 }), layer('ReLU'), last];
  }
}
