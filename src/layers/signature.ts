import { describe } from '../describe.js';

/** How a class of layers is written in model files: its type, and the names of its constructor's arguments. */
export interface Signature {
  readonly type: string;
  /** In their order; the last one may be `...layers`, any number of layers. */
  readonly names: readonly string[];
  /** Those of the object of options that comes last; undefined without one. */
  readonly options: readonly string[] | undefined;
}

/** The type of a layer that stands in a list once more, in model files. */
export const SAME = 'Same';

/** What a class says of itself; undefined where it says nothing, whatever the class above it says. @throws TypeError */
export function signatureOf(
  Layer: abstract new (...args: never[]) => object,
): Signature | undefined {
  if (!Object.hasOwn(Layer, 'signature')) return undefined;
  const { signature } = Layer as { signature?: unknown };
  const [, type, names, options] =
    /^(\w+)\(([\w, .]*)(?:\{([\w, ]*)\})?\)$/.exec(String(signature)) ?? [];
  const parsed = {
    names: namesIn(names),
    options: options === undefined ? undefined : namesIn(options),
  };
  const isReserved = type === SAME || [...parsed.names, ...(parsed.options ?? [])].includes('type');
  if (type !== undefined && !isReserved) return { type, ...parsed };
  throw new TypeError(
    `${Layer.name}: signature: expected a type and the names of arguments, as 'Block(channels, { bias })', ` +
      `got ${describe(signature)}`,
  );
}

const namesIn = (text = '') => text.match(/[\w.]+/g) ?? [];
