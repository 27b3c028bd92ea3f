import { wrongKind } from '../check.js';
import { describe, shorten } from '../describe.js';
import { FormatError } from '../errors.js';
import { type LayerClass, type LayerConfig, Module } from '../layers/module.js';
import { SAME, type Signature, signatureOf } from '../layers/signature.js';
import { type MakeTensor, modulesIn, tensorsOf, withTensors } from '../layers/state.js';
import { checkOptions } from '../options.js';
import { scope, type Tensor } from '../tensor.js';
import { inFile, isRecord, plain } from './json.js';

const MAX_LAYERS = 10_000;
/** Layers inside one another. */
const MAX_DEPTH = 64;

/** The classes that a config may name, by their types. */
export type Registry = ReadonlyMap<string, Signature & { readonly Layer: LayerClass }>;

/**
 * Classes by their types; a later one may take the place of another of `known`.
 * @throws TypeError for what is no class of layers, has no signature of its own, or the type of another in `layers`
 */
export function registryOf(
  op: string,
  layers: readonly LayerClass[],
  known: readonly LayerClass[] = [],
): Registry {
  if (!Array.isArray(layers)) throw wrongKind(op, 'layers', 'an array of classes', layers);
  const registry = new Map<string, Signature & { Layer: LayerClass }>();
  for (const Layer of [...known, ...(layers as LayerClass[])]) {
    const isClass = typeof Layer === 'function' && Layer.prototype instanceof Module;
    const signature = isClass ? signatureOf(Layer) : undefined;
    if (!signature) {
      const expected = 'classes of layers with a static signature of their own';
      throw new TypeError(`${op}: layers: expected ${expected}, got ${nameOf(Layer)}`);
    }
    const other = registry.get(signature.type)?.Layer;
    if (other && other !== Layer && layers.includes(other)) {
      throw new TypeError(
        `${op}: layers: expected one class of each type, got two of ${signature.type}`,
      );
    }
    registry.set(signature.type, { ...signature, Layer });
  }
  return registry;
}

const nameOf = (value: unknown) => (typeof value === 'function' && value.name) || describe(value);

/**
 * Makes layers whose parameters and buffers `make` makes. Where one cannot be made, every tensor so far is freed.
 * @param place begins error messages
 * @returns the model, and what `make` made, in that order @internal
 */
export function build(
  place: string,
  config: unknown,
  registry: Registry,
  make: MakeTensor,
): { model: Module; made: Tensor[] } {
  checkLimits(place, config);
  const made: Tensor[] = [];
  const collect: MakeTensor = (shape, initialize) => {
    const tensor = make(shape, initialize);
    made.push(tensor);
    return tensor;
  };
  try {
    // What constructors compute on their way is freed, what they put into properties is not.
    return scope(() => {
      const model = withTensors(collect, () => new Builder(registry).layer(place, config));
      const constants = modulesIn(model).flatMap(([, layer]) => tensorsOf(layer));
      return { model, made, constants };
    });
  } catch (error) {
    for (const tensor of made) tensor.dispose();
    throw error;
  }
}

/** @throws FormatError for too many layers, or too many inside one another */
export function checkLimits(place: string, config: unknown): void {
  let count = 0;
  const visit = (value: unknown, depth: number): void => {
    if (Array.isArray(value)) for (const item of value) visit(item, depth);
    if (!isLayer(value)) return;
    if (++count > MAX_LAYERS || depth > MAX_DEPTH) {
      throw new FormatError(
        `${place}: expected at most ${MAX_LAYERS} layers, ${MAX_DEPTH} inside one another, got more`,
      );
    }
    for (const inner of Object.values(value)) visit(inner, depth + 1);
  };
  visit(config, 0);
}

/** Types that a message lists. */
const MOST_TYPES = 20;

/** Whether a value of a config describes a layer. */
function isLayer(value: unknown): value is LayerConfig {
  return isRecord(value) && typeof value['type'] === 'string';
}

/** Makes layers from their configs. */
class Builder {
  readonly #registry: Registry;

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  layer(place: string, config: unknown): Module {
    const { type, ...rest } = isRecord(config) ? config : {};
    const known = typeof type === 'string' ? this.#registry.get(type) : undefined;
    if (!known) {
      throw new FormatError(
        `${shorten(place)}: type: expected one of ${this.#types()}, got ${plain(type)}` +
          (typeof type === 'string' ? '; a class of your own goes into the option layers' : ''),
      );
    }
    return inFile(place, () => this.#make(place, known, rest));
  }

  /** The first of the known types, and how many more there are. */
  #types(): string {
    const types = [...this.#registry.keys()];
    const shown = types.slice(0, MOST_TYPES).join(', ');
    return types.length > MOST_TYPES ? `${shown} and ${types.length - MOST_TYPES} more` : shown;
  }

  #make(
    place: string,
    { Layer, type, names, options }: Signature & { Layer: LayerClass },
    config: Record<string, unknown>,
  ): Module {
    const left = { ...config };
    const values = names.flatMap((argument) => {
      const name = argument.replace('...', '');
      delete left[name];
      if (name === argument) return [this.#value(`${place}.${name}`, config[name])];
      if (Array.isArray(config[name])) return this.#list(`${place}.${name}`, config[name]);
      throw wrongKind(type, name, 'an array of layers', config[name]);
    });
    if (!options) {
      checkOptions(
        type,
        left,
        names.map((name) => name.replace('...', '')),
        'arguments',
      );
      return new Layer(...(values as never[]));
    }
    checkOptions(type, left, options);
    const made = Object.entries(left).map(([name, value]) => [
      name,
      this.#value(`${place}.${name}`, value),
    ]);
    return new Layer(...(values as never[]), Object.fromEntries(made) as never);
  }

  /** An argument: plain JSON, a layer, or a list with layers. */
  #value(place: string, value: unknown): unknown {
    if (isLayer(value)) return this.layer(place, value);
    return Array.isArray(value) && value.some(isLayer) ? this.#list(place, value) : value;
  }

  #list(place: string, configs: readonly unknown[]): Module[] {
    const layers: Module[] = [];
    configs.forEach((config, i) => {
      const isSame = isLayer(config) && config.type === SAME;
      const earlier = isSame ? layers[config['index'] as number] : undefined;
      layers.push(earlier ?? this.layer(`${place}[${i}]`, config));
    });
    return layers;
  }
}
