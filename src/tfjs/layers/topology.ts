import { FormatError } from '../../errors.js';
import { plain } from '../../formats/json.js';
import type { FileGraph, FileInput, FileNode, FileTensor, Handlers } from '../../imported/graph.js';
import { sameOrder, type Value } from '../../imported/value.js';
import type { TfjsContents } from '../files.js';
import { classNames, makerOf } from './classes.js';
import { LayerConfig, recordOf } from './config.js';
import {
  describeLayer,
  type Description,
  inputOf,
  layersOf,
  MODEL_CLASSES,
  type Reference,
  referencesOf,
} from './description.js';
import type { AskWeight, LayerRun } from './layer.js';
import { RECURRENT } from './recurrent.js';
import { WeightNames } from './weight-names.js';

/** A call of a layer in the graph: its inputs, then its weights. */
export interface LayerCall {
  readonly run: LayerRun;
  readonly inputs: number;
  /** For each weight whether it trains. */
  readonly trained: readonly boolean[];
}

/** How all layers run: what sets them apart they bring along. */
export function layerHandlers(): Handlers<LayerCall> {
  const handler = {
    run: (values: readonly (Value | undefined)[], { run, inputs }: LayerCall) => {
      const given = values as readonly Value[];
      return run(given.slice(0, inputs) as [Value, ...Value[]], given.slice(inputs));
    },
    weightOrder: (operand: number, rank: number, { inputs, trained }: LayerCall) =>
      trained[operand - inputs] ? sameOrder(rank) : undefined,
  };
  return Object.fromEntries(classNames().map((name) => [name, handler]));
}

/**
 * The graph of a layers-model: nested models are part of it, and a layer that is called several times is as many nodes
 * with the same weights.
 * @throws FormatError that lists all classes of layers that are not known; or for a model that makes no sense
 */
export function readLayersModel(
  { file, model, weights }: TfjsContents,
  maxNodes: number,
): FileGraph<LayerCall> {
  const topology = recordOf(model!.modelTopology);
  const description = describeLayer(file, topology.model_config ?? topology);
  const isKeras3 = /^[3-9]\./.test(String(topology.keras_version));
  const unknown = new Map<string, string[]>();
  collectUnknown(file, description, unknown);
  if (unknown.size > 0) {
    const listed = Array.from(unknown, ([name, layers]) => `${plain(name)} (${layers.join(', ')})`);
    const shown = listed.slice(0, 12).join('; ').slice(0, 400);
    throw new FormatError(`${file}: expected layers that are known here, got ${shown}`);
  }
  const names = new WeightNames(weights);
  const builder = new LayersGraph(file, names, isKeras3, maxNodes, weights.keys());
  const outputs = builder.addModel(description, '', undefined);
  const constants = new Map<string, FileTensor>();
  for (const name of builder.weights) constants.set(name, weights.get(name)!);
  return { inputs: builder.inputs, outputs, nodes: builder.nodes, constants };
}

function collectUnknown(file: string, layer: Description, unknown: Map<string, string[]>): void {
  const { className, config } = layer;
  if (MODEL_CLASSES.includes(className)) {
    for (const inner of layersOf(file, layer)) collectUnknown(file, inner, unknown);
    return;
  }
  if (className !== 'InputLayer' && !makerOf(className)) {
    unknown.set(className, [...(unknown.get(className) ?? []), plain(layer.name)]);
  }
  if (config.layer !== undefined) collectUnknown(file, describeLayer(file, config.layer), unknown);
}

/** Makes nodes of layers. */
class LayersGraph {
  readonly inputs: FileInput[] = [];
  readonly nodes: FileNode<LayerCall>[] = [];
  readonly weights = new Set<string>();
  readonly #taken: Set<string>;

  constructor(
    private readonly file: string,
    private readonly weightNames: WeightNames,
    private readonly isKeras3: boolean,
    private readonly maxNodes: number,
    taken: Iterable<string>,
  ) {
    this.#taken = new Set(taken);
  }

  /**
   * @param given its inputs; undefined: those of the whole model
   * @returns the names of its outputs
   */
  addModel(model: Description, scope: string, given: readonly string[] | undefined): string[] {
    return model.className === 'Sequential'
      ? this.#addSequence(model, scope, given)
      : this.#addGraph(model, scope, given);
  }

  #addSequence(model: Description, scope: string, given: readonly string[] | undefined): string[] {
    const layers = layersOf(this.file, model);
    let values = given ?? [this.#addInput(this.#firstOf(layers, model))];
    for (const layer of layers) {
      // Behind the first output of a recurrent layer come its states, which the next layer does not take.
      if (layer.className !== 'InputLayer')
        values = this.#addLayer(layer, scope, values).slice(0, 1);
    }
    const last = layers.at(-1);
    return given || !last ? [...values] : this.#named(values, [last.name]);
  }

  /** What a Sequential takes: its first layer says so, in a nested model the first of that. */
  #firstOf(layers: readonly Description[], { name }: Description): FileInput {
    const [first] = layers;
    if (!first)
      throw new FormatError(`${this.file}: model ${plain(name)}: expected layers, got none`);
    if (first.className === 'InputLayer') return inputOf(this.file, first.name, first);
    const input = inputOf(this.file, `${first.name}_input`, first);
    if (input.shape || !MODEL_CLASSES.includes(first.className)) return input;
    const inner = layersOf(this.file, first);
    const place = `${this.file}: model ${plain(first.name)}`;
    const [entry] =
      first.className === 'Sequential' ? [] : referencesOf(place, first.config.input_layers);
    const layer = inner.find(({ name: own }) => own === entry?.layer);
    const { shape, dtype } = this.#firstOf(layer ? [layer] : inner, first);
    return { ...input, shape, dtype };
  }

  #addGraph(model: Description, scope: string, given: readonly string[] | undefined): string[] {
    const place = `${this.file}: model ${plain(model.name)}`;
    const entries = referencesOf(`${place}: input_layers`, model.config.input_layers);
    const exits = referencesOf(`${place}: output_layers`, model.config.output_layers);
    if (given && given.length !== entries.length) {
      throw new FormatError(`${place}: expected ${entries.length} inputs, got ${given.length}`);
    }
    const layers = new Map<string, Description>();
    for (const layer of layersOf(this.file, model)) {
      if (layers.has(layer.name)) {
        throw new FormatError(`${place}: expected one layer ${plain(layer.name)}, got two`);
      }
      layers.set(layer.name, layer);
    }
    const values = new Map<string, readonly string[]>();
    entries.forEach(({ layer: name }, i) => {
      const layer = layers.get(name);
      if (!layer)
        throw new FormatError(`${place}: input_layers: expected a layer, got ${plain(name)}`);
      values.set(callKey(name, 0), [given?.[i] ?? this.#addInput(inputOf(this.file, name, layer))]);
    });
    this.#addCalls(place, scope, layers, values);
    const outputs = exits.map((exit) => resolve(place, values, layers, exit));
    if (outputs.length === 0)
      throw new FormatError(`${place}: output_layers: expected some, got none`);
    return given
      ? outputs
      : this.#named(
          outputs,
          exits.map(({ layer }) => layer),
        );
  }

  /** The calls of all layers, each behind those whose outputs it takes. */
  #addCalls(
    place: string,
    scope: string,
    layers: ReadonlyMap<string, Description>,
    values: Map<string, readonly string[]>,
  ): void {
    const calls = [...layers.values()].flatMap((layer) =>
      layer.calls.map((inputs, index) => ({ layer, inputs, key: callKey(layer.name, index) })),
    );
    const waiting = new Map<string, typeof calls>();
    const ready = [...calls].reverse();
    for (let call = ready.pop(); call; call = ready.pop()) {
      const { layer, inputs, key } = call;
      if (values.has(key)) continue;
      const missing = inputs
        .map((input) => keyOf(place, layers, input))
        .find((k) => !values.has(k));
      if (missing !== undefined) {
        const others = waiting.get(missing);
        if (others) others.push(call);
        else waiting.set(missing, [call]);
        continue;
      }
      const given = inputs.map((input) => resolve(place, values, layers, input));
      values.set(key, this.#addLayer(layer, scope, given));
      ready.push(...(waiting.get(key) ?? []).reverse());
      waiting.delete(key);
    }
    if (waiting.size === 0) return;
    const [key] = waiting.keys();
    throw new FormatError(
      `${place}: expected layers without a cycle, got none that gives ${plain(key)}`,
    );
  }

  #addInput(input: FileInput): string {
    const name = this.#unique(input.name);
    this.inputs.push({ ...input, name });
    return name;
  }

  #addLayer(layer: Description, scope: string, given: readonly string[]): string[] {
    const name = scope === '' ? layer.name : `${scope}/${layer.name}`;
    if (MODEL_CLASSES.includes(layer.className)) return this.addModel(layer, name, given);
    const place = `${this.file}: layer ${plain(name)} (${plain(layer.className)})`;
    if (given.length === 0) throw new FormatError(`${place}: expected inputs, got none`);
    const weights: string[] = [];
    const trained: boolean[] = [];
    const ask: AskWeight = (request) => {
      const found = this.weightNames.find(place, layer.name, request, weights.length);
      this.weights.add(found);
      trained.push(request.isTrained ?? true);
      return weights.push(found) - 1;
    };
    const run = this.#make(place, layer, ask);
    const output = this.#unique(name);
    const states = Object.hasOwn(RECURRENT, layer.className) ? [1, 2] : [];
    const outputs = [output, ...states.map((i) => this.#unique(`${name}:${i}`))];
    this.#push({
      op: layer.className,
      name: output,
      inputs: [...given, ...weights],
      outputs,
      attributes: { run, inputs: given.length, trained },
    });
    return outputs;
  }

  #make(place: string, { className, name, config }: Description, ask: AskWeight): LayerRun {
    const make = makerOf(className);
    if (!make) throw new FormatError(`${place}: expected a layer that is known here`);
    return make(new LayerConfig(place, name, config, this.isKeras3), ask, (inner, values, weight) =>
      this.#make(place, { className: inner, name, config: values, calls: [] }, weight),
    );
  }

  /** The outputs of the whole model under the names of the layers that give them. */
  #named(values: readonly string[], names: readonly string[]): string[] {
    return names.map((name, i) => {
      const value = values[i]!;
      if (value === name) return value;
      const output = this.#unique(name);
      const run: LayerRun = ([x]) => x;
      const attributes = { run, inputs: 1, trained: [] };
      this.#push({ op: 'Identity', name: output, inputs: [value], outputs: [output], attributes });
      return output;
    });
  }

  #push(node: FileNode<LayerCall>): void {
    if (this.nodes.length >= this.maxNodes) {
      throw new FormatError(
        `${this.file}: expected at most ${this.maxNodes} layers (limits), got more`,
      );
    }
    this.nodes.push(node);
  }

  #unique(name: string): string {
    let unique = name || 'layer';
    for (let i = 1; this.#taken.has(unique); i++) unique = `${name}_${i}`;
    this.#taken.add(unique);
    return unique;
  }
}

const callKey = (layer: string, call: number) => `${call} of ${layer}`;

/** The key of the call that a reference means; a layer that is called once, is meant whatever the number says. */
function keyOf(
  place: string,
  layers: ReadonlyMap<string, Description>,
  { layer, call }: Reference,
): string {
  const calls = layers.get(layer)?.calls.length;
  if (calls === undefined) throw new FormatError(`${place}: expected a layer, got ${plain(layer)}`);
  return callKey(layer, calls <= 1 ? 0 : call);
}

function resolve(
  place: string,
  values: ReadonlyMap<string, readonly string[]>,
  layers: ReadonlyMap<string, Description>,
  reference: Reference,
): string {
  const name = values.get(keyOf(place, layers, reference))?.[reference.output];
  if (name !== undefined) return name;
  throw new FormatError(
    `${place}: expected output ${reference.output} of call ${reference.call} of ${plain(reference.layer)}, which nothing gives`,
  );
}
