import type { DType, Tensor } from '../tensor.js';
import { apply, type Family, type Op, type Plan } from './op.js';

interface CastOp extends Op<undefined, Plan> {
  readonly dtype: DType;
}

const FAMILY: Family<CastOp, undefined, Plan> = {
  operands: [{ name: 'input', dtype: 'any' }],
  plan: ({ dtype }, [x]) => ({ shape: x!.shape, dtype }),
  forward(y, [x]) {
    y.view().set(x!.view());
  },
  gradients: [undefined],
};

export const TO_INT32: CastOp = { family: FAMILY, name: 'toInt32', dtype: 'int32' };
export const TO_FLOAT32: CastOp = { family: FAMILY, name: 'toFloat32', dtype: 'float32' };

/** The tensor itself, or its values in the other type: whole numbers are what is left of others, beyond 32 bits modulo 2³². */
export function castTo(x: Tensor, dtype: DType): Tensor {
  if (x.dtype === dtype) return x;
  return apply(dtype === 'int32' ? TO_INT32 : TO_FLOAT32, [x], undefined);
}
