/** Memory that is needed for a while: from when it is first written until it is last read. */
export interface Buffer {
  readonly bytes: number;
  /** The number of the step that writes it first. */
  readonly first: number;
  /** That of the last step that reads or writes it; none of the steps in between may change it. */
  readonly last: number;
}

/** Where buffers lie in one stretch of memory. */
export interface MemoryPlan {
  /** Bytes from the beginning, for each buffer. */
  readonly offsets: readonly number[];
  /** The size of the stretch. */
  readonly bytes: number;
  /** What no plan can do without: the most that is needed at one step. */
  readonly leastBytes: number;
}

const ALIGNMENT = 64;

interface Placed {
  readonly buffer: Buffer;
  readonly size: number;
  readonly begin: number;
}

/**
 * Gives every buffer a place, on a cache line of its own, that it shares with no other one that is needed at the same
 * time: the largest first, each in the smallest gap that holds it ("greedy by size" with best fit of Pisarchyk & Lee,
 * arxiv.org/abs/2001.03288).
 */
export function planMemory(buffers: readonly Buffer[]): MemoryPlan {
  const sizes = buffers.map(({ bytes }) => ALIGNMENT * Math.ceil(bytes / ALIGNMENT));
  const order = [...buffers.keys()].sort((a, b) => sizes[b]! - sizes[a]! || a - b);
  const offsets = new Array<number>(buffers.length).fill(0);
  const placed: Placed[] = [];
  for (const i of order) {
    const [buffer, size] = [buffers[i]!, sizes[i]!];
    if (size === 0) continue;
    const others = placed.filter((other) => meet(other.buffer, buffer));
    const begin = bestGap(others, size);
    offsets[i] = begin;
    const at = placed.findIndex((other) => other.begin > begin);
    placed.splice(at < 0 ? placed.length : at, 0, { buffer, size, begin });
  }
  const bytes = Math.max(0, ...placed.map(({ begin, size }) => begin + size));
  return { offsets, bytes, leastBytes: mostAtOnce(buffers, sizes) };
}

function meet(a: Buffer, b: Buffer): boolean {
  return a.first <= b.last && b.first <= a.last;
}

/** Where the smallest gap between others begins that holds so many bytes, or their end. @param others by their beginning */
function bestGap(others: readonly Placed[], size: number): number {
  let [best, least] = [-1, Infinity];
  let end = 0;
  for (const other of others) {
    const gap = other.begin - end;
    if (gap >= size && gap < least) [best, least] = [end, gap];
    end = Math.max(end, other.begin + other.size);
  }
  return best < 0 ? end : best;
}

function mostAtOnce(buffers: readonly Buffer[], sizes: readonly number[]): number {
  const changes = new Map<number, number>();
  const change = (step: number, bytes: number) =>
    changes.set(step, (changes.get(step) ?? 0) + bytes);
  buffers.forEach(({ first, last }, i) => {
    change(first, sizes[i]!);
    change(last + 1, -sizes[i]!);
  });
  let [now, most] = [0, 0];
  for (const step of [...changes.keys()].sort((a, b) => a - b)) {
    now += changes.get(step)!;
    most = Math.max(most, now);
  }
  return most;
}
