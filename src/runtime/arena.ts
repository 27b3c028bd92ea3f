/** Something that an arena frees. */
export interface Owned {
  /** The arena that will free it; undefined: nobody but its holder. */
  arena: Arena | undefined;
  /** Its place there. */
  arenaIndex: number;
  /** Leaves the arena. */
  dispose(): void;
}

/** Everything made inside a scope, freed together; it may belong to an outer one. */
export class Arena implements Owned {
  arena: Arena | undefined;
  arenaIndex = 0;
  readonly #owned: Owned[] = [];

  adopt(value: Owned): void {
    value.arena = this;
    value.arenaIndex = this.#owned.length;
    this.#owned.push(value);
  }

  /** The last one takes its place. */
  release(value: Owned): void {
    const last = this.#owned.pop()!;
    if (last !== value) {
      this.#owned[value.arenaIndex] = last;
      last.arenaIndex = value.arenaIndex;
    }
    value.arena = undefined;
  }

  dispose(): void {
    this.arena?.release(this);
    while (this.#owned.length > 0) this.#owned.at(-1)!.dispose();
  }
}

let current: Arena | undefined;

/** Gives `value` to the scope that is open, if any. */
export function adoptInScope(value: Owned): void {
  current?.adopt(value);
}

/**
 * Runs `body` in an arena of its own, a part of the scope that is open, if any. Its result lives on; the rest is left
 * to the result's holder, or, where `holderOf` finds none, freed at once.
 */
export function runInArena<T extends Owned>(
  body: () => T,
  holderOf: (result: T) => { intermediates?: Owned | undefined } | null | undefined,
): T {
  const outer = current;
  const arena = new Arena();
  outer?.adopt(arena);
  current = arena;
  let holder;
  try {
    const result = body();
    holder = holderOf(result);
    if (result.arena === arena) {
      arena.release(result);
      outer?.adopt(result);
      if (holder) {
        const own = holder.intermediates;
        if (own && !own.arena) arena.adopt(own);
        holder.intermediates = arena;
      }
    }
    return result;
  } finally {
    current = outer;
    if (!holder) arena.dispose();
  }
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
