import { describe } from '../../describe.js';
import { FormatError } from '../../errors.js';
import { isRecord, plain } from '../../formats/json.js';
import type { FileInput } from '../../imported/graph.js';
import type { ElementType } from '../../imported/value.js';
import { recordOf } from './config.js';

/** A layer, or a model, as model.json describes it. */
export interface Description {
  readonly className: string;
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** Where it is called in the graph of a model. */
  readonly calls: readonly (readonly Reference[])[];
}

/** An output of a call of a layer. */
export interface Reference {
  readonly layer: string;
  readonly call: number;
  readonly output: number;
}

export const MODEL_CLASSES: readonly string[] = ['Sequential', 'Model', 'Functional'];

/** @throws FormatError */
export function describeLayer(file: string, value: unknown): Description {
  const { class_name: className, config, name, inbound_nodes: nodes } = recordOf(value);
  // The first versions of Keras wrote the layers of a Sequential where its configuration is now.
  const values = Array.isArray(config) ? { layers: config as unknown[] } : config;
  if (typeof className !== 'string' || !isRecord(values)) {
    throw new FormatError(
      `${file}: layer: expected a class_name and a config, got ${describe(value)}`,
    );
  }
  const own = values.name ?? name ?? className;
  if (typeof own !== 'string') {
    throw new FormatError(`${file}: layer: expected a name, got ${describe(own)}`);
  }
  const place = `${file}: layer ${plain(own)}`;
  const calls = Array.isArray(nodes) ? nodes.map((node) => referencesOf(place, node)) : [];
  return { className, name: typeof name === 'string' ? name : own, config: values, calls };
}

/** The layers of a model. @throws FormatError */
export function layersOf(file: string, { name, config }: Description): Description[] {
  if (!Array.isArray(config.layers)) {
    throw new FormatError(
      `${file}: model ${plain(name)}: layers: expected an array, got ${describe(config.layers)}`,
    );
  }
  return config.layers.map((layer) => describeLayer(file, layer));
}

/**
 * The values that a call takes, or that a model takes or gives: Keras 2 writes `[[layer, call, output, …], …]`, or one of
 * these alone, Keras 3 the arguments of the call, with `keras_history` in each tensor.
 * @throws FormatError
 */
export function referencesOf(place: string, value: unknown): Reference[] {
  if (Array.isArray(value)) {
    const [layer, call = 0, output = 0] = value as unknown[];
    if (typeof layer !== 'string') return value.flatMap((item) => referencesOf(place, item));
    const isPlace = (number: unknown) => Number.isInteger(number) && (number as number) >= 0;
    if (isPlace(call) && isPlace(output)) {
      return [{ layer, call: call as number, output: output as number }];
    }
    throw new FormatError(`${place}: expected a layer, call and output, got ${describe(value)}`);
  }
  if (!isRecord(value)) return [];
  if (value.class_name === '__keras_tensor__') {
    return referencesOf(place, recordOf(value.config).keras_history);
  }
  return Object.hasOwn(value, 'args')
    ? referencesOf(place, value.args)
    : Object.values(value).flatMap((item) => referencesOf(place, item));
}

const INPUT_TYPES: readonly string[] = ['float32', 'int32', 'bool', 'float16'];

/** What an input layer, or the first layer of a Sequential, takes. @throws FormatError */
export function inputOf(file: string, name: string, layer: Description): FileInput {
  const { batch_input_shape: keras2, batch_shape: keras3, input_shape: own, dtype } = layer.config;
  const shape =
    keras2 ?? keras3 ?? (Array.isArray(own) ? [null, ...(own as unknown[])] : undefined);
  const isSize = (size: unknown) =>
    size === null || (Number.isInteger(size) && (size as number) >= 0);
  if (shape !== undefined && !(Array.isArray(shape) && shape.length <= 8 && shape.every(isSize))) {
    throw new FormatError(
      `${file}: layer ${plain(name)}: batch_input_shape: expected sizes, got ${describe(shape)}`,
    );
  }
  const type = INPUT_TYPES.includes(dtype as string) ? (dtype as ElementType) : 'float32';
  return { name, dtype: type, shape: shape as (number | null)[] | undefined };
}
