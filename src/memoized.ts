/** `compute`, which is to depend on the key alone, called once for each key; keys must not change. */
export function memoized<Key extends object, Value>(
  compute: (key: Key) => Value,
): (key: Key) => Value {
  const known = new WeakMap<Key, Value>();
  return (key) => {
    let value = known.get(key);
    if (value === undefined) {
      value = compute(key);
      known.set(key, value);
    }
    return value;
  };
}

const SLOTS = 256;

/**
 * Gives equal sizes the same frozen object, as long as no others have taken its place: what `memoized` computes from
 * them is computed once.
 */
export function interned<Sizes extends object>(): (sizes: Sizes) => Readonly<Sizes> {
  const known = new Array<Readonly<Sizes> | undefined>(SLOTS).fill(undefined);
  return (sizes) => {
    const slot = slotOf(sizes);
    const candidate = known[slot];
    if (candidate && sameSizes(candidate, sizes)) return candidate;
    return (known[slot] = Object.freeze(sizes));
  };
}

function slotOf(sizes: object): number {
  let hash = 0;
  for (const field in sizes) hash = (Math.imul(hash, 31) + sizes[field as keyof object]) | 0;
  return (hash ^ (hash >>> 15)) & (SLOTS - 1);
}

function sameSizes<Sizes extends object>(a: Sizes, b: Sizes): boolean {
  for (const field in a) if (a[field] !== b[field]) return false;
  return true;
}
