import { BLOCKS } from './col2im.js';
import { CONTROL } from './control.js';
import { ELEMENTWISE, elementwiseHandlers } from './elementwise.js';
import type { OnnxHandlers } from './handler.js';
import { INDICES } from './indices.js';
import { LAYERS, NORMS } from './layers.js';
import { LOSSES } from './losses.js';
import { POOLS, RESIZES } from './pools.js';
import { QUANTIZED } from './quantized.js';
import { RECURRENT } from './recurrent.js';
import { ALONG_AXES, reductionHandlers } from './reductions.js';
import { SHAPES } from './shapes.js';

/** All ops that are known, by their names; those of other domains than ONNX's own behind `domain:`. */
export function onnxHandlers(): OnnxHandlers {
  return {
    ...LAYERS,
    ...NORMS,
    ...POOLS,
    ...RESIZES,
    ...elementwiseHandlers(),
    ...ELEMENTWISE,
    ...reductionHandlers(),
    ...ALONG_AXES,
    ...SHAPES,
    ...INDICES,
    ...LOSSES,
    ...QUANTIZED,
    ...RECURRENT,
    ...CONTROL,
    ...BLOCKS,
  };
}
