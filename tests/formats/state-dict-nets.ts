// The nets of tests/golden/state_dict.py.
import { loadTorch } from '../../src/formats/pth.js';
import type { TorchOptions } from '../../src/formats/torch.js';
import {
  BatchNorm2d,
  Conv1d,
  Conv2d,
  Conv3d,
  ConvTranspose1d,
  ConvTranspose2d,
  ConvTranspose3d,
  Embedding,
  Flatten,
  GroupNorm,
  InstanceNorm2d,
  LayerNorm,
  Linear,
  PReLU,
  Sequential,
} from '../../src/layers/index.js';

export const NETS: Record<string, { make: () => Sequential; options?: TorchOptions }> = {
  picture: {
    make: () =>
      new Sequential(
        new Conv2d(2, 4, [3, 2], { groups: 2 }),
        new BatchNorm2d(4, { momentum: null }),
        new PReLU(4),
        new ConvTranspose2d(4, 6, [2, 3], { groups: 2, stride: 2 }),
        new BatchNorm2d(6),
        new InstanceNorm2d(6, { affine: true }),
        new GroupNorm(2, 6),
        new Flatten(),
        new Linear(6 * 4 * 9, 3),
      ),
    options: { flattened: { 8: [6, 4, 9] } },
  },
  volume: {
    make: () =>
      new Sequential(
        new Conv3d(2, 3, [1, 2, 3]),
        new ConvTranspose3d(3, 2, [2, 1, 2], { bias: false }),
      ),
  },
  signal: { make: () => new Sequential(new Conv1d(2, 4, 3), new ConvTranspose1d(4, 2, 2)) },
  words: {
    make: () =>
      new Sequential(new Embedding(5, 6), new Linear(6, 4, { bias: false }), new LayerNorm(4)),
  },
};

export interface StateDictGolden {
  nets: { name: string; shape: number[]; x: number[]; yShape: number[]; y: number[] }[];
  /** Of torch.save, as base64. */
  files: Record<'zip' | 'protocol4' | 'legacy' | 'views' | 'legacyViews' | 'model', string>;
  views: Record<string, number[]>;
  /** Our safetensors files of each net by dtype, which PyTorch loaded. */
  written: Record<string, Record<'float32' | 'float16', string>>;
}

export const fileOf = (golden: StateDictGolden, file: keyof StateDictGolden['files']) =>
  Uint8Array.from(Buffer.from(golden.files[file], 'base64'));

/** The state dict of one of the nets in a checkpoint of them all. */
export function stateOf(
  golden: StateDictGolden,
  file: 'zip' | 'protocol4' | 'legacy',
  net: string,
) {
  const begin = `model.${net}.`;
  return new Map(
    [...loadTorch(fileOf(golden, file))]
      .filter(([name]) => name.startsWith(begin))
      .map(([name, value]) => [name.slice(begin.length), value]),
  );
}
