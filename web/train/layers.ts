import type { LayerConfig, Shape } from 'simdgrad';
import { text } from '../text.js';

/** A layer as its card holds it: without the sizes that follow from the layer before. */
export interface LayerSpec {
  readonly type: LayerType;
  readonly [setting: string]: number | string | boolean;
}

/** A setting of a kind of layers. */
export interface Field {
  readonly name: string;
  readonly label: string;
  readonly initial: number | boolean;
  readonly min?: number;
  readonly max?: number;
  readonly step?: number;
}

/** A kind of layers: its settings, and what it takes from the shape that comes in, [height, width, channels] or so. */
interface Kind {
  readonly label: string;
  readonly fields: readonly Field[];
  /** Rank of one sample that it is for; undefined: any. */
  readonly rank?: 2 | 3;
  config?(spec: LayerSpec, input: Shape): Record<string, unknown>;
}

const size = (name: string, label: string, initial: number, min = 1, max = 4096): Field => ({
  name,
  label,
  initial,
  min,
  max,
});

const convolution: readonly Field[] = [
  size('outChannels', 'filters', 16),
  size('kernelSize', 'size', 3, 1, 31),
  size('stride', 'stride', 1, 1, 8),
  size('padding', 'padding', 1, 0, 15),
  { name: 'depthwise', label: 'depthwise', initial: false },
];
const pooling: readonly Field[] = [
  size('kernelSize', 'size', 2, 1, 31),
  size('stride', 'stride', 2, 1, 8),
];

function convolutionConfig(spec: LayerSpec, input: Shape): Record<string, unknown> {
  const { depthwise, type: _type, stride, ...rest } = spec;
  const inChannels = input.at(-1)!;
  return {
    inChannels,
    ...rest,
    ...(stride !== 1 && { stride }),
    ...(depthwise && { groups: inChannels }),
  };
}

const poolingConfig = ({ kernelSize, stride }: LayerSpec) => ({
  kernelSize,
  ...(stride !== kernelSize && { stride }),
});

const normalised = (_spec: LayerSpec, input: Shape) => ({ numFeatures: input.at(-1)! });

const KINDS = {
  Conv2d: { label: 'Convolution', fields: convolution, rank: 3, config: convolutionConfig },
  Conv1d: { label: 'Convolution', fields: convolution, rank: 2, config: convolutionConfig },
  MaxPool2d: { label: 'Max pooling', fields: pooling, rank: 3, config: poolingConfig },
  MaxPool1d: { label: 'Max pooling', fields: pooling, rank: 2, config: poolingConfig },
  AvgPool2d: { label: 'Average pooling', fields: pooling, rank: 3, config: poolingConfig },
  GlobalAvgPool2d: { label: 'Global average', fields: [], rank: 3 },
  GlobalAvgPool1d: { label: 'Global average', fields: [], rank: 2 },
  BatchNorm2d: { label: 'Batch norm', fields: [], rank: 3, config: normalised },
  BatchNorm1d: { label: 'Batch norm', fields: [], rank: 2, config: normalised },
  ReLU: { label: 'ReLU', fields: [] },
  SiLU: { label: 'SiLU', fields: [] },
  GELU: { label: 'GELU', fields: [] },
  Tanh: { label: 'Tanh', fields: [] },
  Dropout: {
    label: 'Dropout',
    fields: [{ name: 'p', label: 'share', initial: 0.3, min: 0, max: 0.95, step: 0.05 }],
  },
  Flatten: { label: 'Flatten', fields: [] },
  Linear: {
    label: 'Dense',
    fields: [size('outFeatures', 'outputs', 64)],
    config: ({ outFeatures }, input) => ({ inFeatures: input.at(-1)!, outFeatures }),
  },
} satisfies Record<string, Kind>;

export type LayerType = keyof typeof KINDS;

export const LAYER_TYPES = Object.keys(KINDS) as LayerType[];

export const kindOf = (type: LayerType): Kind => KINDS[type];

export const isLayerType = (type: unknown): type is LayerType =>
  typeof type === 'string' && Object.hasOwn(KINDS, type);

/** A new layer with its usual settings. */
export function newLayer(type: LayerType): LayerSpec {
  const settings = kindOf(type).fields.map(({ name, initial }) => [name, initial] as const);
  return { type, ...Object.fromEntries(settings) };
}

/** The layer as the library makes it, for inputs of this shape. */
export function configOf(spec: LayerSpec, input: Shape): LayerConfig {
  const { config = ({ type: _type, ...rest }: LayerSpec) => rest } = kindOf(spec.type);
  return { type: spec.type, ...config(spec, input) };
}

/** The types that samples of this shape can go through. */
export function typesFor(inputShape: Shape): LayerType[] {
  return LAYER_TYPES.filter((type) => [undefined, inputShape.length].includes(kindOf(type).rank));
}

/** The card of a layer of the library. @throws Error for a type without a card */
export function specOf(config: LayerConfig): LayerSpec {
  const { type, ...rest } = config as LayerConfig & Record<string, number | undefined>;
  if (!isLayerType(type)) throw new Error(text.train.files.otherLayer(String(type)));
  const { groups = 1, stride = type.includes('Pool') ? rest['kernelSize'] : 1 } = rest;
  const { fields } = kindOf(type);
  const given: Record<string, unknown> = { padding: 0, ...rest, stride, depthwise: groups > 1 };
  const settings = fields.map(({ name, initial }) => [name, given[name] ?? initial] as const);
  return { type, ...(Object.fromEntries(settings) as Record<string, number | boolean>) };
}
