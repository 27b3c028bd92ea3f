import { FormatError } from '../errors.js';
import { plain } from '../formats/json.js';
import type { FileGraph, FileInput, FileNode, FileTensor } from '../imported/graph.js';
import { isFloat } from '../imported/value.js';
import { sizeOf } from '../shape.js';
import { constantOf } from './constants.js';
import type { Attributes, Declared, TfliteHandlers } from './handler.js';
import type { Options } from './options.js';
import type { TfliteModel, TfliteOperator } from './reader.js';

/** How quantised numbers of a file are computed. */
export interface QuantizationChoice {
  /** Whether inputs and outputs are the file's whole numbers. */
  readonly quantizedBorders: boolean;
  /** Whether what operators give is rounded to the numbers that the file can hold. */
  readonly rounds: boolean;
}

/** Operators that give some of the numbers that they take: there is nothing to be rounded. */
const MOVING =
  'BATCH_TO_SPACE_ND DEPTH_TO_SPACE DEQUANTIZE EXPAND_DIMS GATHER GATHER_ND MAX_POOL_2D MAXIMUM MINIMUM MIRROR_PAD PACK ' +
  'PAD PADV2 QUANTIZE REDUCE_MAX REDUCE_MIN RESHAPE RESIZE_NEAREST_NEIGHBOR REVERSE_V2 SELECT SELECT_V2 SLICE ' +
  'SPACE_TO_BATCH_ND SPACE_TO_DEPTH SPLIT SPLIT_V SQUEEZE STRIDED_SLICE TILE TOPK_V2 TRANSPOSE UNPACK';

/** Whether its whole numbers stand for real ones. */
const isQuantized = ({ quantization, dtype }: Declared) =>
  quantization !== undefined && !isFloat(dtype);

/** What is known of a graph while it is read. */
interface Draft {
  readonly model: TfliteModel;
  readonly choice: QuantizationChoice;
  readonly nodes: FileNode<Attributes>[];
  readonly constants: Map<string, FileTensor>;
  /** What the numbers of a tensor are called in the graph, by its place in the file. */
  readonly names: Map<number, string>;
}

/**
 * The graph of a model. Quantised numbers are real ones in it, but at its borders where that is asked for; constants
 * behind a DEQUANTIZE are the operands themselves.
 * @throws FormatError for operands that are missing, or that nothing gives, and for values that are given twice
 */
export function graphOf(
  model: TfliteModel,
  handlers: TfliteHandlers,
  choice: QuantizationChoice,
): FileGraph<Attributes> {
  const { inputs, outputs, tensors, operators } = model;
  const draft: Draft = { model, choice, nodes: [], constants: new Map(), names: new Map() };
  for (const place of inputs) addInput(draft, place);
  for (const place of tensors.keys()) addConstant(draft, place);
  for (const operator of operators) addOperator(draft, operator, handlers);
  for (const place of outputs) addOutput(draft, place);
  const { nodes, constants } = draft;
  return {
    inputs: inputs.map((place) => inputOf(draft, place)),
    outputs: outputs.map((place) => tensors[place]!.name),
    nodes,
    constants,
    notes: notesOf(draft),
  };
}

/** What was made of quantised numbers. */
function notesOf({ model, choice }: Draft): string[] {
  const count = (isConstant: boolean) =>
    model.tensors.filter((tensor) => isQuantized(tensor) && Boolean(tensor.data) === isConstant);
  const [weights, activations] = [count(true).length, count(false).length];
  const computed = choice.rounds ? 'rounded to those of the file' : 'computed exactly';
  const notes = weights > 0 ? [`${weights} quantised weights are float32`] : [];
  if (activations > 0) notes.push(`${activations} quantised activations are float32, ${computed}`);
  return notes;
}

function inputOf({ model, choice }: Draft, place: number): FileInput {
  const { name, dtype, signature, ...tensor } = model.tensors[place]!;
  const isReal = isQuantized({ ...tensor, dtype }) && !choice.quantizedBorders;
  const shape = signature.map((size) => (size < 0 ? null : size));
  return { name, dtype: isReal ? 'float32' : dtype, shape };
}

/** Whether a tensor is whole numbers outside of the graph and real ones in it. */
function isConverted({ model, choice }: Draft, place: number): boolean {
  return choice.quantizedBorders && isQuantized(model.tensors[place]!);
}

/** Says what a tensor's numbers are called. @throws FormatError where they are known */
function name(draft: Draft, place: number, known: string): void {
  if (draft.names.has(place))
    fail(`${tensorOf(draft, place)}: expected to be given once, got it twice`);
  draft.names.set(place, known);
}

const tensorOf = ({ model }: Draft, place: number) => `tensor ${plain(model.tensors[place]!.name)}`;

/** A node of one output. */
function addNode(draft: Draft, op: string, from: string, to: string, place: number): void {
  const outputs = [draft.model.tensors[place]!];
  const attributes = { options: {} as Options, customOptions: new Uint8Array(), outputs };
  draft.nodes.push({ op, name: to, inputs: [from], outputs: [to], attributes });
}

function addInput(draft: Draft, place: number): void {
  const tensor = draft.model.tensors[place]!;
  if (tensor.data) fail(`${tensorOf(draft, place)}: expected an input, got a constant`);
  const real = isConverted(draft, place) ? `${tensor.name}:real` : tensor.name;
  name(draft, place, real);
  if (real !== tensor.name) addNode(draft, 'from quanta', tensor.name, real, place);
}

function addConstant(draft: Draft, place: number): void {
  const tensor = draft.model.tensors[place]!;
  const { shape, data, isVariable } = tensor;
  if (!data && !isVariable) return;
  name(draft, place, tensor.name);
  const zeros = () => ({ shape, dtype: 'float32', data: new Float32Array(sizeOf(shape)) }) as const;
  draft.constants.set(tensor.name, data ? constantOf(tensor) : zeros());
}

function addOperator(draft: Draft, operator: TfliteOperator, handlers: TfliteHandlers): void {
  const { op, outputs, options, customOptions } = operator;
  const inputs = operandsOf(draft, operator, handlers);
  if (op === 'DEQUANTIZE' && draft.constants.has(inputs[0]!)) {
    return outputs.forEach((place) => name(draft, place, inputs[0]!));
  }
  const declared = outputs.map((place) => draft.model.tensors[place]!);
  const isRounded = draft.choice.rounds && !MOVING.split(' ').includes(op);
  const exact = outputs.map((place, i) => {
    const real = isConverted(draft, place) ? `${declared[i]!.name}:real` : declared[i]!.name;
    name(draft, place, real);
    return isRounded && isQuantized(declared[i]!) ? `${real}:exact` : real;
  });
  draft.nodes.push({
    op,
    name: declared[0]?.name ?? `${op}:${draft.nodes.length}`,
    inputs,
    outputs: exact,
    attributes: { options, customOptions, outputs: declared },
  });
  outputs.forEach((place, i) => {
    const real = draft.names.get(place)!;
    if (exact[i] !== real) addNode(draft, 'QUANTIZE', exact[i]!, real, place);
  });
}

/** The names of an operator's operands. @throws FormatError */
function operandsOf(
  draft: Draft,
  { op, inputs, outputs }: TfliteOperator,
  handlers: TfliteHandlers,
): string[] {
  const where = `${plain(op)} of ${outputs.map((place) => tensorOf(draft, place)).join(', ')}`;
  const least = Object.hasOwn(handlers, op) ? handlers[op]!.operands : 0;
  const given = inputs.findIndex((place) => place < 0);
  const count = given < 0 ? inputs.length : given;
  if (count < least) fail(`${where}: expected ${least} operands, got ${count}`);
  return inputs.map((place) => {
    const known = place < 0 ? '' : draft.names.get(place);
    if (known !== undefined) return known;
    return fail(
      `${where}: expected operands that are known by then, got ${tensorOf(draft, place)}`,
    );
  });
}

function addOutput(draft: Draft, place: number): void {
  const known = draft.names.get(place);
  const { name: wanted } = draft.model.tensors[place]!;
  if (known === undefined) fail(`expected outputs that are given, got ${tensorOf(draft, place)}`);
  const isInput = draft.model.inputs.includes(place);
  const isThere = known === wanted || isInput || draft.nodes.some((node) => node.name === wanted);
  if (isThere && !isConverted(draft, place)) return;
  if (isInput) return;
  addNode(draft, isConverted(draft, place) ? 'to quanta' : 'DEQUANTIZE', known, wanted, place);
}

function fail(message: string): never {
  throw new FormatError(`tflite: ${message}`);
}
