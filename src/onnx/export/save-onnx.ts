import { checkArity, checkBoolean, wrongKind } from '../../check.js';
import { FormatError } from '../../errors.js';
import { disposeGraph, type Graph, type GraphNode, type GraphValue } from '../../graph/graph.js';
import { ImportedModule } from '../../imported/module.js';
import type { Model } from '../../layers/module.js';
import { checkOptions } from '../../options.js';
import { scope } from '../../tensor.js';
import type { OnnxNode, OnnxTensor } from '../types.js';
import { OPSETS, writeOnnx, type WrittenValue } from '../writer.js';
import { Builder } from './builder.js';
import type { Sizes } from './dynamic.js';
import { emitterOf } from './emitters.js';
import { Exporter, Unsupported } from './exporter.js';
import { type Axes, channelsFirst, ordered, sameAxes } from './orders.js';
import { inputsOf, type InputShapes, traced } from './traced.js';

/** Options of `saveOnnx`. */
export interface SaveOnnxOptions {
  /** The version of ONNX's ops: 17 to 21. Default 17. */
  readonly opset?: number;
  /**
   * How float inputs and outputs of 3 to 5 axes lie: `NCHW` (signals NCL, volumes NCDHW), as PyTorch's, or `NHWC`, as
   * here. Default `NCHW`; of a model of another library's file, whose axes are the file's own, there is no choice.
   */
  readonly layout?: 'NCHW' | 'NHWC';
  /**
   * Whether the model takes batches of any size, of which the first axis of each input is one. Default: where it can;
   * with true it is an error where it cannot.
   */
  readonly dynamicBatch?: boolean;
  /** Whether weights are float16 in the file, half the bytes; everything is computed in float32. Default false. */
  readonly float16?: boolean;
  /** What inputs are called. Default: their names in the model, or `input`. */
  readonly inputNames?: readonly string[];
  /** What outputs are called. Default: their names in the model, or `output`. */
  readonly outputNames?: readonly string[];
}

const OPTIONS = ['opset', 'layout', 'dynamicBatch', 'float16', 'inputNames', 'outputNames'];

/**
 * An ONNX file of what a model computes in evaluation, with its weights under their paths: of any `Sequential`, any
 * `Module`, or an imported model, trained since or not. Integers go in and out as int32. The same model gives the same
 * bytes.
 * @param inputShape of the input here, [N, H, W, C]; of a model of several inputs, the shape of each by its name, or a
 * tensor for one that is always this, which the file's model does not take: a choice of the model depends on it, say
 * @throws FormatError that lists all that ONNX cannot say; TraceError for a model that reads values of what depends on
 * its input; TypeError, RangeError, ShapeError
 */
export function saveOnnx(
  model: Model,
  inputShape: InputShapes,
  options: SaveOnnxOptions = {},
): Uint8Array<ArrayBuffer> {
  checkArity('saveOnnx', arguments.length, 3);
  checkSaveOptions(model, options);
  const { inputs, fixed } = inputsOf(inputShape);
  return scope(() => {
    const { graph, sizes } = traced(model, inputs, fixed, options.dynamicBatch);
    const isImported = model instanceof ImportedModule;
    const isFirst = !isImported && options.layout !== 'NHWC';
    const bytes = write(model, graph, sizes, isFirst, options);
    disposeGraph(graph);
    return bytes;
  });
}

function checkSaveOptions(model: Model, options: SaveOnnxOptions): void {
  const op = 'saveOnnx';
  if (typeof (model as Model | undefined)?.forward !== 'function') {
    throw wrongKind(op, 'model', 'a Module', model);
  }
  checkOptions(op, options, OPTIONS);
  const { opset = 17, layout, dynamicBatch = false, float16 = false } = options;
  if (!OPSETS.includes(opset)) throw wrongKind(op, 'opset', `one of ${OPSETS.join(', ')}`, opset);
  if (layout !== undefined && layout !== 'NCHW' && layout !== 'NHWC') {
    throw wrongKind(op, 'layout', "'NCHW' or 'NHWC'", layout);
  }
  if (layout !== undefined && model instanceof ImportedModule) {
    throw wrongKind(op, 'layout', "none for an imported model, whose axes are its file's", layout);
  }
  checkBoolean(op, 'dynamicBatch', dynamicBatch);
  checkBoolean(op, 'float16', float16);
  for (const name of ['inputNames', 'outputNames'] as const) {
    const names: unknown = options[name] ?? [];
    const isNames = Array.isArray(names) && names.every((each) => typeof each === 'string' && each);
    if (!isNames) throw wrongKind(op, name, 'an array of names', names);
  }
}

function write(
  model: Model,
  graph: Graph,
  sizes: Sizes,
  isFirst: boolean,
  options: SaveOnnxOptions,
): Uint8Array<ArrayBuffer> {
  const { opset = 17, float16 = false } = options;
  const builder = new Builder(opset);
  const outputNames = namesOf('outputNames', options.outputNames, outputNamesOf(model, graph));
  const inputNames = namesOf('inputNames', options.inputNames, inputNamesOf(model, graph));
  const exporter = new Exporter(builder, sizes, float16, usesOf(graph));
  for (const name of [...inputNames, ...outputNames]) {
    if (builder.unique(name) === name) continue;
    throw new RangeError(
      `saveOnnx: names: expected another for each input and output, got ${name} twice`,
    );
  }
  const orderOf = ({ shape, dtype }: GraphValue): Axes => {
    const isPicture = dtype === 'float32' && shape.length >= 3 && shape.length <= 5;
    return isFirst && isPicture ? channelsFirst(shape.length) : sameAxes(shape.length);
  };
  graph.inputs.forEach((input, i) => exporter.set(input, inputNames[i]!, orderOf(input)));
  emitAll(graph, exporter);
  const results = graph.outputs.map((value) => exporter.as(value, orderOf(value)));
  const valueInfo = (value: GraphValue, name: string): WrittenValue => ({
    name,
    dtype: value.dtype,
    shape: ordered(value.shape, orderOf(value)).map((size, i) => {
      const times = sizes.timesBatch(value, orderOf(value)[i]!);
      return times === undefined ? size : times === 1 ? 'batch' : `${times}*batch`;
    }),
  });
  return writeOnnx({
    opset,
    ...contentsOf(builder, results, outputNames),
    inputs: graph.inputs.map((value, i) => valueInfo(value, inputNames[i]!)),
    outputs: graph.outputs.map((value, i) => valueInfo(value, outputNames[i]!)),
  });
}

/** Adds the nodes of all ops. @throws FormatError that lists those that ONNX cannot say */
function emitAll({ nodes }: Graph, exporter: Exporter): void {
  const missing = new Set<string>();
  for (const node of nodes) {
    try {
      const emit = emitterOf(node.op.name);
      if (!emit) throw new Unsupported('');
      emit(node, exporter);
    } catch (error) {
      if (!(error instanceof Unsupported)) throw error;
      missing.add(error.message ? `${node.op.name} (${error.message})` : node.op.name);
      // What depends on it is looked at all the same.
      exporter.set(node.output, 'missing');
      for (const value of node.saved) exporter.set(value, 'missing');
    }
  }
  if (missing.size === 0) return;
  throw new FormatError(`saveOnnx: expected ops that ONNX can say, got ${[...missing].join('; ')}`);
}

const identity = (from: string, to: string): OnnxNode => ({
  name: `node_${to}`,
  op: 'Identity',
  domain: '',
  inputs: [from],
  outputs: [to],
  attributes: new Map(),
});

/** The nodes and constants that the results depend on, with these called as the outputs are. */
function contentsOf(builder: Builder, results: readonly string[], outputs: readonly string[]) {
  const renamed = new Map<string, string>();
  const nodes = [...builder.nodes];
  const computed = new Set(nodes.flatMap((node) => node.outputs));
  results.forEach((from, i) => {
    if (computed.has(from) && !renamed.has(from)) renamed.set(from, outputs[i]!);
    else nodes.push(identity(from, outputs[i]!));
  });
  const needed = new Set(outputs);
  const nameOf = (name: string) => renamed.get(name) ?? name;
  const kept: OnnxNode[] = [];
  for (const node of nodes.reverse()) {
    const [from, to] = [node.inputs.map(nameOf), node.outputs.map(nameOf)];
    if (!to.some((name) => needed.has(name))) continue;
    for (const name of from) needed.add(name);
    kept.push({ ...node, inputs: from, outputs: to });
  }
  const constants: OnnxTensor[] = [...builder.constants.values()].filter(({ name }) =>
    needed.has(name),
  );
  return { nodes: kept.reverse(), constants };
}

function usesOf({ nodes, outputs }: Graph): Map<GraphValue, GraphNode[]> {
  const uses = new Map<GraphValue, GraphNode[]>();
  for (const node of nodes) {
    for (const value of node.inputs) {
      if (value) uses.set(value, [...(uses.get(value) ?? []), node]);
    }
  }
  // An output is wanted as it is, whatever else takes it.
  for (const value of outputs) uses.delete(value);
  return uses;
}

function inputNamesOf(model: Model, { inputs }: Graph): string[] {
  const declared = model instanceof ImportedModule ? model.inputs.map(({ name }) => name) : [];
  return inputs.map(({ name }, i) => name ?? declared[i] ?? 'input');
}

function outputNamesOf(model: Model, { outputs, outputNames }: Graph): string[] {
  const declared = model instanceof ImportedModule ? model.outputs : (outputNames ?? []);
  return outputs.map((_, i) => declared[i] ?? (outputs.length === 1 ? 'output' : `output_${i}`));
}

function namesOf(
  argument: string,
  given: readonly string[] | undefined,
  byDefault: readonly string[],
): readonly string[] {
  if (given === undefined) return byDefault;
  if (given.length === byDefault.length) return given;
  throw new RangeError(
    `saveOnnx: ${argument}: expected ${byDefault.length} names, got ${given.length}`,
  );
}
