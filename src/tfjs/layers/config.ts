import { describe } from '../../describe.js';
import { FormatError } from '../../errors.js';
import { isRecord } from '../../formats/json.js';
import type { Layout } from '../../imported/ops/layout.js';

/** The configuration of a layer in model.json: each value is checked where it is read. */
export class LayerConfig {
  /** Begins error messages: file, name and class of the layer. */
  readonly place: string;
  /** Of the layer. */
  readonly name: string;
  /** Whether Keras 3 wrote it: some of its functions are others. */
  readonly isKeras3: boolean;
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(
    place: string,
    name: string,
    values: Readonly<Record<string, unknown>>,
    isKeras3: boolean,
  ) {
    this.place = place;
    this.name = name;
    this.#values = values;
    this.isKeras3 = isKeras3;
  }

  /** What stands under a name; undefined where it is null. */
  get(name: string): unknown {
    return Object.hasOwn(this.#values, name) ? (this.#values[name] ?? undefined) : undefined;
  }

  error(name: string, expected: string): FormatError {
    return new FormatError(
      `${this.place}: ${name}: expected ${expected}, got ${describe(this.get(name))}`,
    );
  }

  /** A finite number. @throws FormatError */
  number(name: string, otherwise?: number): number {
    const value = this.get(name) ?? otherwise;
    if (Number.isFinite(value)) return value as number;
    throw this.error(name, 'a finite number');
  }

  /** @throws FormatError */
  boolean(name: string, otherwise: boolean): boolean {
    const value = this.get(name) ?? otherwise;
    if (typeof value === 'boolean') return value;
    throw this.error(name, 'true or false');
  }

  /** An integer from `least` to below 2^31. @throws FormatError */
  integer(name: string, least: number, otherwise?: number): number {
    const value = this.get(name) ?? otherwise;
    if (isInteger(value, least)) return value;
    throw this.error(name, `an integer of at least ${least}`);
  }

  /** So many integers; one stands for all. @throws FormatError */
  integers(name: string, count: number, least: number, otherwise?: number): number[] {
    const value = this.get(name) ?? otherwise;
    const values = Array.isArray(value) ? value : new Array<unknown>(count).fill(value);
    if (values.length === count && values.every((item) => isInteger(item, least))) {
      return values as number[];
    }
    throw this.error(name, `${count} integers of at least ${least}`);
  }

  /** One of some words. @throws FormatError */
  word<W extends string>(name: string, words: readonly W[], otherwise: W): W {
    const value = this.get(name) ?? otherwise;
    const found = words.find((word) => word === value);
    if (found !== undefined) return found;
    throw this.error(name, words.join(', '));
  }

  /** @throws FormatError */
  layout(): Layout {
    const words = ['channels_last', 'channels_first'] as const;
    return this.word('data_format', words, 'channels_last') === words[0] ? 'NHWC' : 'NCHW';
  }

  /** One axis; a list of one is that. @throws FormatError */
  axis(name = 'axis', otherwise = -1): number {
    const value = this.get(name) ?? otherwise;
    const axis: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value;
    if (Number.isInteger(axis) && Math.abs(axis as number) <= 8) return axis as number;
    throw this.error(name, 'an axis');
  }

  /** Amounts before and after each axis: one number, one for each axis, or pairs. @throws FormatError */
  pairs(name: string, axes: number, otherwise: number): [number, number][] {
    const value = this.get(name) ?? otherwise;
    const pairOf = (item: unknown): unknown => (Array.isArray(item) ? item : [item, item]);
    const items: unknown[] =
      axes === 1
        ? [Array.isArray(value) && Array.isArray(value[0]) ? value[0] : value]
        : Array.isArray(value)
          ? value
          : new Array<unknown>(axes).fill(value);
    const pairs = items.map(pairOf) as unknown[][];
    const isPair = (pair: unknown[]) => pair.length === 2 && pair.every((n) => isInteger(n, 0));
    if (pairs.length === axes && pairs.every(isPair)) return pairs as [number, number][];
    throw this.error(name, `${axes} pairs of integers of at least 0`);
  }

  /** The description of a layer inside. @throws FormatError */
  inner(name: string): { className: string; config: Record<string, unknown> } {
    const { class_name: className, config } = recordOf(this.get(name));
    if (typeof className === 'string' && isRecord(config)) return { className, config };
    throw this.error(name, 'a layer');
  }
}

const isInteger = (value: unknown, least: number): value is number =>
  Number.isInteger(value) && (value as number) >= least && (value as number) < 2 ** 31;

/** The value where it is an object; else one without properties. */
export function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}
