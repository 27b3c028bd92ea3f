import { binary, clip, mapped, unary } from '../../imported/ops/elementwise.js';
import { logSoftmax, softmax } from '../../imported/ops/reduce.js';
import type { UnaryName } from '../../imported/ops/unary-table.js';
import type { Value } from '../../imported/value.js';
import { elu, gelu, leakyRelu } from '../../ops/map/activations.js';
import { celu, hardShrink, hardSigmoid } from '../../ops/map/more-activations.js';
import type { LayerConfig } from './config.js';

/** A function of every element, or of the channels. */
export type ActivationRun = (x: Value) => Value;

const UNARY: Readonly<Record<string, UnaryName>> = {
  exponential: 'exp',
  gelu: 'gelu',
  hardsilu: 'hardSwish',
  hardswish: 'hardSwish',
  mish: 'mish',
  relu: 'relu',
  relu6: 'relu6',
  selu: 'selu',
  sigmoid: 'sigmoid',
  silu: 'silu',
  softplus: 'softplus',
  softsign: 'softsign',
  swish: 'silu',
  tanh: 'tanh',
};

const OTHERS: Readonly<Record<string, ActivationRun>> = {
  linear: (x) => x,
  celu: (x) => mapped(x, (t) => celu(t)),
  elu: (x) => mapped(x, (t) => elu(t)),
  gelunew: (x) => mapped(x, (t) => gelu(t, 'tanh')),
  hardshrink: (x) => mapped(x, (t) => hardShrink(t)),
  hardtanh: (x) => clip(x, -1, 1),
  leakyrelu: (x) => mapped(x, (t) => leakyRelu(t, 0.2)),
  logsigmoid: (x) => unary('neg', unary('softplus', unary('neg', x))),
  logsoftmax: (x) => logSoftmax(x, -1),
  softmax: (x) => softmax(x, -1),
  tanhshrink: (x) => binary('sub', x, unary('tanh', x)),
};

/**
 * The activation that stands under a name of a configuration: a word, or a function or layer with a configuration.
 * @throws FormatError
 */
export function activationOf(config: LayerConfig, name = 'activation'): ActivationRun {
  const word = activationName(config, name);
  const found = activation(word, config.isKeras3);
  if (found) return found;
  throw config.error(name, `one of ${Object.keys({ ...OTHERS, ...UNARY }).join(', ')}`);
}

/** The name of an activation in lower case, without `_`; linear where there is none. */
export function activationName(config: LayerConfig, name = 'activation'): string {
  const value = config.get(name) ?? 'linear';
  const word =
    typeof value === 'object'
      ? ((value as Record<string, unknown>).class_name ?? (value as Record<string, unknown>).config)
      : value;
  return String(word).slice(0, 100).replaceAll('_', '').toLowerCase();
}

function activation(word: string, isKeras3: boolean): ActivationRun | undefined {
  // Keras 2: 0.2 x + 0.5; Keras 3: x / 6 + 0.5, as PyTorch.
  if (word === 'hardsigmoid') {
    return (x) => mapped(x, (t) => hardSigmoid(t, isKeras3 ? 1 / 6 : 0.2, 0.5));
  }
  if (Object.hasOwn(UNARY, word)) return (x) => unary(UNARY[word]!, x);
  return Object.hasOwn(OTHERS, word) ? OTHERS[word] : undefined;
}
