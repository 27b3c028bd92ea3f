import { checkArity, checkInteger } from '../check.js';
import { normal } from '../initializers.js';
import { checkOptions } from '../options.js';
import { checkPaddingIdx, embedding, type EmbeddingOptions } from '../ops/gather.js';
import type { Tensor } from '../tensor.js';
import { type LayerConfig, Module } from './module.js';
import { parameter } from './state.js';

/**
 * A learned vector for each of `numEmbeddings` indices, as torch.nn.Embedding: weight [numEmbeddings, embeddingDim], normally
 * distributed at first, but for a row of zeros at `paddingIdx`, whose gradient is 0. Input int32, of any shape.
 */
export class Embedding extends Module {
  static readonly signature: string = 'Embedding(numEmbeddings, embeddingDim, { paddingIdx })';
  readonly weight: Tensor;
  readonly #config: LayerConfig & EmbeddingOptions;

  /** @throws TypeError, RangeError for sizes that are not positive integers, and a padding that is no row */
  constructor(numEmbeddings: number, embeddingDim: number, options: EmbeddingOptions = {}) {
    super();
    checkArity('Embedding', arguments.length, 3);
    checkInteger('Embedding', 'numEmbeddings', numEmbeddings, 1);
    checkInteger('Embedding', 'embeddingDim', embeddingDim, 1);
    checkOptions('Embedding', options, ['paddingIdx']);
    const { paddingIdx } = options;
    checkPaddingIdx('Embedding', paddingIdx, numEmbeddings);
    const padding = paddingIdx === undefined ? {} : { paddingIdx };
    this.#config = { type: 'Embedding', numEmbeddings, embeddingDim, ...padding };
    this.weight = parameter([numEmbeddings, embeddingDim], (weight) => {
      normal(weight);
      if (paddingIdx === undefined) return;
      weight.view().fill(0, paddingIdx * embeddingDim, (paddingIdx + 1) * embeddingDim);
    });
  }

  /** @returns [...indices, embeddingDim] */
  override forward(indices: Tensor): Tensor {
    return embedding(indices, this.weight, { paddingIdx: this.#config.paddingIdx });
  }

  override config(): LayerConfig {
    return this.#config;
  }
}
