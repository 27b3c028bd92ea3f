// The ONNX conformance cases of Conv and ConvTranspose, of one to three axes.
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fromData, scope, type Tensor } from '../../src/tensor.js';
import {
  convTranspose1d,
  convTranspose2d,
  convTranspose3d,
} from '../../src/ops/conv/conv-transpose.js';
import { conv1d, conv2d, conv3d } from '../../src/ops/conv/conv.js';
import type { ConvOptions, ConvTransposeOptions } from '../../src/ops/conv/options.js';
import { dataDir, describeWithData, readData } from '../data/support.js';
import { expectClose } from '../support/compare.js';
import {
  moveAxis,
  type OnnxNode,
  type OnnxTensor,
  readOnnxNode,
  readOnnxTensor,
} from '../support/onnx.js';

const FOLDER = 'onnx-node';
type Options = ConvOptions & ConvTransposeOptions;
type Call = (x: Tensor, w: Tensor, b?: Tensor, options?: Options) => Tensor;
const CALLS: Readonly<Record<string, readonly (Call | undefined)[]>> = {
  Conv: [undefined, conv1d, conv2d, conv3d] as Call[],
  ConvTranspose: [undefined, convTranspose1d, convTranspose2d, convTranspose3d] as Call[],
};

interface Case {
  readonly case: string;
  readonly ops: readonly string[];
}

function casesOf(op: string): string[] {
  const index = JSON.parse(new TextDecoder().decode(readData(`${FOLDER}/index.json`))) as {
    cases: Case[];
  };
  return index.cases.filter(({ ops }) => ops.length === 1 && ops[0] === op).map((c) => c.case);
}

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

/** The inputs of the node, in order: constants of the model, or the files of the data set. */
function inputsOf(folder: string, node: OnnxNode, constants: ReadonlyMap<string, OnnxTensor>) {
  const files = readdirSync(`${dataDir}${folder}`).filter((file) => file.startsWith('input_'));
  const given = files.sort().map((file) => readOnnxTensor(readData(`${folder}/${file}`)));
  return node.inputs.map(
    (name) => constants.get(name) ?? given.find((input) => input.name === name) ?? given.shift()!,
  );
}

function expectCase(name: string): void {
  const folder = `${FOLDER}/${name}/test_data_set_0`;
  const { node, constants } = readOnnxNode(readData(`${FOLDER}/${name}/model.onnx`));
  const [x, w, b] = inputsOf(folder, node, constants);
  const axes = x!.shape.length - 2;
  const tensorOf = ({ data, shape }: OnnxTensor) => fromData(name, data, shape, 'float32');
  const y = CALLS[node.op]![axes]!(
    tensorOf(moveAxis(x!, 1, -1)),
    // [to, from, kernel…], or, transposed, [from, to, kernel…], in our order.
    tensorOf(moveAxis(moveAxis(w!, 0, -1), 0, -2)),
    b && tensorOf(b),
    optionsOf(node, axes),
  );
  const expected = moveAxis(readOnnxTensor(readData(`${folder}/output_0.pb`)), 1, -1);
  expect(y.shape).toEqual(expected.shape);
  expectClose(y.data(), expected.data, { relative: 1e-5, absolute: 1e-7, label: name });
}

describeWithData(FOLDER, () => {
  test.each([
    ['Conv', 17],
    ['ConvTranspose', 6],
  ])('%s: %d cases', (op, count) => {
    const cases = casesOf(op);
    expect(cases.length).toBe(count);
    for (const name of cases) scope(() => expectCase(name));
  });
});
