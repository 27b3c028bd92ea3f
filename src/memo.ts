/** A function of an object, with what it gave: `{ compute }`, a literal, so that a bundle can leave it out. */
export interface Memo<Key extends object, Value> {
  /** Depends on the key alone, which must not change. */
  readonly compute: (key: Key) => Value;
  /** What it gave; made on first use. */
  known?: WeakMap<Key, Value>;
}

/** What `memo.compute` gives for the key, computed once. */
export function recall<Key extends object, Value>(memo: Memo<Key, Value>, key: Key): Value {
  const known = (memo.known ??= new WeakMap());
  let value = known.get(key);
  if (value === undefined) {
    value = memo.compute(key);
    known.set(key, value);
  }
  return value;
}

const SLOTS = 256;

/**
 * Gives equal sizes the same frozen object, as long as no others have taken its place: what a memo computes from them
 * is computed once.
 * @param table those of one kind, at first empty
 */
export function interned<Sizes extends object>(
  table: Readonly<Sizes>[],
  sizes: Sizes,
): Readonly<Sizes> {
  const slot = slotOf(sizes);
  const candidate = table[slot];
  if (candidate && sameSizes(candidate, sizes)) return candidate;
  return (table[slot] = Object.freeze(sizes));
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
