import { FormatError } from '../../errors.js';
import { plain } from '../../formats/json.js';
import { formatShape } from '../../shape.js';
import type { TfjsWeight } from '../weights.js';
import type { WeightRequest } from './layer.js';

/**
 * Finds the weights of layers by their names, which hold that of the layer and end with that of the weight:
 * `conv2d/kernel`, `model/conv2d/kernel`, `lstm/lstm_cell/kernel`; or with a number, their place among the layer's:
 * `conv2d/vars/0`.
 */
export class WeightNames {
  readonly #weights: ReadonlyMap<string, TfjsWeight>;
  /** By the name of a layer and the last part of the name. */
  readonly #found = new Map<string, string[]>();

  constructor(weights: ReadonlyMap<string, TfjsWeight>) {
    this.#weights = weights;
    for (const name of weights.keys()) {
      const parts = name.split('/').slice(-16);
      const last = parts.pop()!;
      for (const part of new Set(parts)) {
        const key = `${part}/${last}`;
        const names = this.#found.get(key);
        if (names) names.push(name);
        else this.#found.set(key, [name]);
      }
    }
  }

  /**
   * The name of a weight.
   * @param place begins error messages
   * @param layer its name
   * @param index its place among the weights of the layer
   * @throws FormatError where there is none, or more than one, or it has another shape
   */
  find(place: string, layer: string, request: WeightRequest, index: number): string {
    const names = [...request.names, String(index)];
    const keys = (request.within ?? [layer]).flatMap((part) =>
      names.map((name) => `${part}/${name}`),
    );
    const key = keys.find((each) => this.#found.has(each));
    const found = key === undefined ? [] : this.#found.get(key)!;
    const name = found.find((each) => each === key) ?? found[0];
    if (name === undefined || (name !== key && found.length > 1)) {
      const got = found.length > 1 ? found.slice(0, 3).map(plain).join(', ') : 'none';
      throw new FormatError(`${place}: expected one weight ${plain(keys[0])}, got ${got}`);
    }
    this.#checkShape(place, name, request);
    return name;
  }

  #checkShape(place: string, name: string, { shape }: WeightRequest): void {
    const got = this.#weights.get(name)!.shape;
    if (shape === 'any') return;
    const fits = shape.every((size, axis) => size === null || size === got[axis]);
    if (fits && shape.length === got.length) return;
    const expected = shape.map((size) => size ?? 'any').join(',');
    throw new FormatError(
      `${place}: weight ${plain(name)}: expected shape [${expected}], got ${formatShape(got)}`,
    );
  }
}
