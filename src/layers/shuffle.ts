import { checkArity, checkInteger } from '../check.js';
import { channelShuffle, pixelShuffle, pixelUnshuffle } from '../ops/copy/shuffle.js';
import type { Tensor } from '../tensor.js';
import { type LayerConfig, Module } from './module.js';

/** Blocks of pixels from channels; see the op `pixelShuffle`. */
export class PixelShuffle extends Module {
  static readonly signature: string = 'PixelShuffle(upscaleFactor)';
  readonly #factor: number;

  /** @throws TypeError, RangeError unless the factor is a positive integer */
  constructor(upscaleFactor: number) {
    super();
    checkArity('PixelShuffle', arguments.length, 1);
    checkInteger('PixelShuffle', 'upscaleFactor', upscaleFactor, 1);
    this.#factor = upscaleFactor;
  }

  override forward(x: Tensor): Tensor {
    return pixelShuffle(x, this.#factor);
  }

  override config(): LayerConfig {
    return { type: 'PixelShuffle', upscaleFactor: this.#factor };
  }
}

/** Channels from blocks of pixels; see the op `pixelUnshuffle`. */
export class PixelUnshuffle extends Module {
  static readonly signature: string = 'PixelUnshuffle(downscaleFactor)';
  readonly #factor: number;

  /** @throws TypeError, RangeError unless the factor is a positive integer */
  constructor(downscaleFactor: number) {
    super();
    checkArity('PixelUnshuffle', arguments.length, 1);
    checkInteger('PixelUnshuffle', 'downscaleFactor', downscaleFactor, 1);
    this.#factor = downscaleFactor;
  }

  override forward(x: Tensor): Tensor {
    return pixelUnshuffle(x, this.#factor);
  }

  override config(): LayerConfig {
    return { type: 'PixelUnshuffle', downscaleFactor: this.#factor };
  }
}

/** The channels of all groups in turns; see the op `channelShuffle`. */
export class ChannelShuffle extends Module {
  static readonly signature: string = 'ChannelShuffle(groups)';
  readonly #groups: number;

  /** @throws TypeError, RangeError unless the groups are a positive integer */
  constructor(groups: number) {
    super();
    checkArity('ChannelShuffle', arguments.length, 1);
    checkInteger('ChannelShuffle', 'groups', groups, 1);
    this.#groups = groups;
  }

  override forward(x: Tensor): Tensor {
    return channelShuffle(x, this.#groups);
  }

  override config(): LayerConfig {
    return { type: 'ChannelShuffle', groups: this.#groups };
  }
}
