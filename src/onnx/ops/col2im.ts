import { convTranspose } from '../../imported/ops/conv-ops.js';
import { slice } from '../../imported/ops/slice-ops.js';
import { reshape } from '../../imported/ops/shape-ops.js';
import { Value } from '../../imported/value.js';
import { sizeOf } from '../../shape.js';
import { fromData } from '../../tensor.js';
import { numbersOf, type OnnxHandlers } from './handler.js';

/** Blocks of pixels, added up where they overlap: a transposed convolution whose kernels are ones, each in its place. */
export const BLOCKS: OnnxHandlers = {
  Col2Im: {
    needs: 3,
    run([x, imageShape, blockShape], attributes) {
      const image = numbersOf(imageShape)!;
      const kernel = numbersOf(blockShape)!;
      const axes = kernel.length;
      const ones = kernel.map(() => 1);
      const strides = attributes.ints('strides') ?? ones;
      const dilations = attributes.ints('dilations') ?? ones;
      const padding = attributes.ints('pads') ?? new Array<number>(2 * axes).fill(0);
      const places = kernel.map((size, i) => {
        const padded = image[i]! + padding[i]! + padding[i + axes]!;
        return Math.floor((padded - (size - 1) * dilations[i]! - 1) / strides[i]!) + 1;
      });
      const [batch, rows] = x!.shape as [number, number];
      const taps = sizeOf(kernel);
      const weight = new Float32Array(rows * taps);
      for (let row = 0; row < rows; row++) weight[row * taps + (row % taps)] = 1;
      const y = convTranspose(
        reshape(x!, [batch, rows, ...places]),
        Value.of(fromData('col2im', weight, [rows, 1, ...kernel], 'float32')),
        undefined,
        {
          layout: 'NCHW',
          weightOrder: [...kernel.map((_, i) => i + 2), 1, 0],
          strides,
          dilations,
          padding,
          outputPadding: image.map((size, i) => {
            const extent = (kernel[i]! - 1) * dilations[i]! + 1;
            const own = (places[i]! - 1) * strides[i]! + extent;
            return size - (own - padding[i]! - padding[i + axes]!);
          }),
          groups: rows / taps,
        },
      );
      return slice(y, {
        starts: image.map(() => 0),
        ends: image,
        axes: image.map((_, i) => i + 2),
      });
    },
  },
};
