// The ONNX conformance cases of Conv and ConvTranspose, of one to three axes.
import type { Tensor } from '../../src/tensor.js';
import {
  convTranspose1d,
  convTranspose2d,
  convTranspose3d,
} from '../../src/ops/conv/conv-transpose.js';
import { conv1d, conv2d, conv3d } from '../../src/ops/conv/conv.js';
import type { ConvOptions, ConvTransposeOptions } from '../../src/ops/conv/options.js';
import { moveAxis, type OnnxNode } from '../support/onnx.js';
import { type OnnxOp, tensorOf, testOnnx } from './cases.js';

type Options = ConvOptions & ConvTransposeOptions;
type Call = (x: Tensor, w: Tensor, b?: Tensor, options?: Options) => Tensor;
const CONV = [undefined, conv1d, conv2d, conv3d] as Call[];
const CONV_TRANSPOSE = [undefined, convTranspose1d, convTranspose2d, convTranspose3d] as Call[];

/** The attributes of a node on `axes` axes as options; of a single axis they are numbers. */
function optionsOf({ attributes }: OnnxNode, axes: number): Options {
  const size = (name: string) => {
    const value = attributes[name] as readonly number[] | undefined;
    return axes === 1 ? value?.[0] : value;
  };
  const { auto_pad: automatic, pads, group } = attributes;
  const given = {
    stride: size('strides'),
    dilation: size('dilations'),
    outputPadding: size('output_padding'),
    groups: group,
    padding: automatic === 'SAME_UPPER' ? 'same' : pads,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

const run =
  (calls: readonly Call[]): OnnxOp =>
  ([x, w, b], node) => {
    const axes = x!.shape.length - 2;
    const y = calls[axes]!(
      tensorOf(moveAxis(x!, 1, -1)),
      // [to, from, kernel…], or, transposed, [from, to, kernel…], in our order.
      tensorOf(moveAxis(moveAxis(w!, 0, -1), 0, -2)),
      b && tensorOf(b),
      optionsOf(node, axes),
    );
    return moveAxis({ shape: y.shape, data: y.data() }, -1, 1);
  };

testOnnx('Conv', 17, run(CONV));
testOnnx('ConvTranspose', 6, run(CONV_TRANSPOSE));
