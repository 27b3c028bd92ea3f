import {
  recurrent,
  RECURRENT_WEIGHT,
  type RecurrentInputs,
  type RecurrentOptions,
} from '../../imported/ops/recurrent.js';
import { sameOrder, type Order, type Value } from '../../imported/value.js';
import type { OnnxAttributes } from '../attributes.js';
import { type OnnxHandlers, optional } from './handler.js';

const weightOrder = (operand: number, rank: number): Order | undefined => {
  if ((operand === 1 || operand === 2) && rank === 3) return RECURRENT_WEIGHT;
  return operand === 3 || operand === 7 ? sameOrder(rank) : undefined;
};

/** Recurrent layers. */
export const RECURRENT: OnnxHandlers = {
  LSTM: {
    needs: 3,
    weightOrder,
    run: (inputs, attributes) =>
      recurrent(
        {
          ...inputsOf(inputs),
          initialCell: optional(inputs[6]),
          peepholes: optional(inputs[7]),
        },
        { ...optionsOf(attributes, 'LSTM'), inputForget: attributes.flag('input_forget') },
      ),
  },
  GRU: {
    needs: 3,
    weightOrder,
    run: (inputs, attributes) =>
      recurrent(inputsOf(inputs), {
        ...optionsOf(attributes, 'GRU'),
        linearBeforeReset: attributes.flag('linear_before_reset'),
      }),
  },
  RNN: {
    needs: 3,
    weightOrder,
    run: (inputs, attributes) => recurrent(inputsOf(inputs), optionsOf(attributes, 'RNN')),
  },
};

const inputsOf = ([x, weight, recurrence, bias, lengths, initialHidden]: readonly (
  Value | undefined
)[]): RecurrentInputs => ({
  x: x!,
  weight: weight!,
  recurrence: recurrence!,
  bias,
  lengths,
  initialHidden,
});

const optionsOf = (
  attributes: OnnxAttributes,
  cell: RecurrentOptions['cell'],
): RecurrentOptions => ({
  cell,
  direction: attributes.oneOf('direction', ['forward', 'reverse', 'bidirectional']),
  activations: attributes.texts('activations'),
  alphas: attributes.floats('activation_alpha'),
  betas: attributes.floats('activation_beta'),
  clip: attributes.float('clip'),
  batchFirst: attributes.flag('layout'),
});
