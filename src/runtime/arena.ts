/** Something that an arena frees. */
export interface Owned {
  /** The arena that will free it; undefined: nobody but its holder. */
  arena: Arena | undefined;
  dispose(): void;
}

/** Everything made inside a scope, freed together. */
export class Arena {
  readonly #owned = new Set<Owned>();

  adopt(value: Owned): void {
    value.arena = this;
    this.#owned.add(value);
  }

  release(value: Owned): void {
    this.#owned.delete(value);
    value.arena = undefined;
  }

  dispose(): void {
    for (const value of this.#owned) value.dispose();
  }
}

let current: Arena | undefined;

/** Gives `value` to the scope that is open, if any. */
export function adoptInScope(value: Owned): void {
  current?.adopt(value);
}

/** Opens a scope, runs `body`, frees what it made except what `escaping` finds in its result. */
export function runInScope<T>(body: () => T, escaping: (result: T) => Iterable<Owned>): T {
  const outer = current;
  const arena = new Arena();
  current = arena;
  try {
    const result = body();
    for (const value of escaping(result)) {
      if (value.arena !== arena) continue;
      arena.release(value);
      outer?.adopt(value);
    }
    return result;
  } finally {
    current = outer;
    arena.dispose();
  }
}
