import { describe, expect, test } from 'vitest';
import { OutOfMemoryError } from '../../src/errors.js';
import { Random } from '../../src/random.js';
import { ACTIVATION_POINTER, Heap } from '../../src/runtime/heap.js';

const MIB = 2 ** 20;

function makeHeap({ maxBytes = 64 * MIB, guard = false } = {}): Heap {
  const memory = new WebAssembly.Memory({ initial: 16, maximum: maxBytes / 65536 });
  return new Heap(memory, { maxBytes, guard });
}

/** Every byte of an allocation gets a value of its own, so that an overlap shows. */
function bytesAt(heap: Heap, pointer: number, size: number): Uint8Array {
  return new Uint8Array(heap.memory.buffer, pointer, size);
}

describe.each([{ guard: false }, { guard: true }])('a heap with guard: $guard', ({ guard }) => {
  test('aligns to 64 bytes and counts what it hands out', () => {
    const heap = makeHeap({ guard });
    const pointers = [1, 63, 64, 65, 1000].map((bytes) => heap.allocate(bytes));
    expect(pointers.map((pointer) => pointer % 64)).toEqual([0, 0, 0, 0, 0]);
    expect(pointers.every((pointer) => pointer > 0)).toBe(true);
    expect(heap.blocksInUse).toBe(5);
    // Rounded up to 64, and a guard of 64 bytes on both sides of each.
    expect(heap.bytesInUse).toBe(64 + 64 + 64 + 128 + 1024 + (guard ? 5 * 128 : 0));
    for (const pointer of pointers) heap.free(pointer);
    expect([heap.blocksInUse, heap.bytesInUse]).toEqual([0, 0]);
  });

  test('gives an allocation of zero bytes an address of its own', () => {
    const heap = makeHeap({ guard });
    const [a, b] = [heap.allocate(0), heap.allocate(0)];
    expect(a).not.toBe(b);
    heap.free(a);
    heap.free(b);
    expect(heap.blocksInUse).toBe(0);
  });

  test('keeps the contents of all blocks through a storm of allocations', () => {
    const seed = 4321;
    const random = new Random(seed);
    const heap = makeHeap({ guard });
    const live: { pointer: number; size: number; fill: number }[] = [];
    const release = (index: number) => {
      const [{ pointer, size, fill }] = live.splice(index, 1) as [(typeof live)[0]];
      const intact = bytesAt(heap, pointer, size).every((byte) => byte === fill);
      expect(intact, `seed ${seed}: ${size} bytes at ${pointer}`).toBe(true);
      heap.free(pointer);
    };
    for (let step = 0; step < 4000; step++) {
      if (live.length > 0 && (live.length > 200 || random.integer(5) < 2)) {
        release(random.integer(live.length));
        continue;
      }
      const size = random.integer(random.integer(20) === 0 ? 200_000 : 3000);
      const pointer = heap.allocate(size);
      expect(pointer % 64).toBe(0);
      expect(pointer + size).toBeLessThanOrEqual(heap.bytes - 64);
      const fill = random.integer(256);
      bytesAt(heap, pointer, size).fill(fill);
      live.push({ pointer, size, fill });
    }
    heap.check();
    while (live.length > 0) release(random.integer(live.length));
    expect([heap.blocksInUse, heap.bytesInUse]).toEqual([0, 0]);
  });

  test('merges what is freed back into one block, in any order', () => {
    for (const order of [
      [0, 1, 2, 3],
      [3, 2, 1, 0],
      [1, 3, 0, 2],
      [2, 0, 3, 1],
    ]) {
      const heap = makeHeap({ guard });
      const { bytes } = heap;
      const quarter = Math.floor(bytes / 4 / 64) * 64 - 256;
      const pointers = order.map(() => heap.allocate(quarter));
      for (const i of order) heap.free(pointers[i]!);
      const whole = heap.allocate(4 * quarter);
      expect(whole).toBe(pointers[0]);
      expect(heap.bytes).toBe(bytes);
    }
  });

  test('fills a hole that fits before it grows', () => {
    const heap = makeHeap({ guard });
    const [, hole] = [heap.allocate(1000), heap.allocate(5000), heap.allocate(1000)];
    heap.free(hole!);
    expect(heap.allocate(5000)).toBe(hole);
  });
});

describe('growth', () => {
  test('keeps contents, refreshes the views and stays below the limit', () => {
    const heap = makeHeap({ maxBytes: 8 * MIB });
    const first = heap.allocate(64);
    heap.i32[first / 4] = 123;
    const before = heap.f32;
    const large = heap.allocate(5 * MIB);
    expect(heap.bytes).toBeGreaterThanOrEqual(large + 5 * MIB + 64);
    expect(heap.bytes).toBeLessThanOrEqual(8 * MIB);
    expect(heap.f32 === before).toBe(false);
    expect(heap.i32[first / 4]).toBe(123);
    heap.f32[(large + 5 * MIB) / 4 - 1] = 1;
    expect(heap.bytes).toBe(heap.memory.buffer.byteLength);
  });

  test('gives the same addresses for the same calls', () => {
    const run = () => {
      const random = new Random(8);
      const heap = makeHeap();
      const live: number[] = [];
      return Array.from({ length: 500 }, () => {
        if (random.integer(3) === 0 && live.length > 0) {
          heap.free(live.splice(random.integer(live.length), 1)[0]!);
        } else live.push(heap.allocate(random.integer(50_000)));
        return live.at(-1);
      });
    };
    expect(run()).toEqual(run());
  });

  test('a loop that frees what it allocates does not grow', () => {
    const heap = makeHeap();
    const step = () => {
      const pointers = [100_000, 64, 300_000, 5000].map((bytes) => heap.allocate(bytes));
      for (const i of [2, 0, 3, 1]) heap.free(pointers[i]!);
      return pointers;
    };
    const [first, { bytes }] = [step(), heap];
    for (let i = 0; i < 100; i++) expect(step()).toEqual(first);
    expect(heap.bytes).toBe(bytes);
  });
});

describe('out of memory', () => {
  test('names the request, the heap and the limit, and leaves the heap usable', () => {
    const heap = makeHeap({ maxBytes: 2 * MIB });
    const kept = heap.allocate(1000);
    expect(() => heap.allocate(3_000_000)).toThrow(
      new OutOfMemoryError(
        'out of memory: 3000000 bytes requested, 1024 bytes in use by 0 tensors in a heap of 1048576 bytes, ' +
          'limit 2097152 bytes (init({ maxMemoryBytes })); only `scope`, `using` and dispose() free tensors',
      ),
    );
    expect([heap.blocksInUse, heap.bytesInUse]).toEqual([1, 1024]);
    const after = heap.allocate(500_000);
    heap.free(after);
    heap.free(kept);
    expect(heap.blocksInUse).toBe(0);
  });

  test.each([2 ** 31, 2 ** 32, 2 ** 37, 2 ** 38, 2 ** 40 + 64, 1e19, 1e300, Infinity])(
    'for %d bytes, beyond 32-bit arithmetic',
    (bytes) => {
      const heap = makeHeap();
      expect(() => heap.allocate(bytes)).toThrow(OutOfMemoryError);
      expect(heap.blocksInUse).toBe(0);
    },
  );

  test('all memory up to the limit can be handed out', () => {
    const maxBytes = 3 * MIB + 65536;
    const heap = makeHeap({ maxBytes });
    // The arguments of kernel calls come first, and a last vector stays unused.
    const first = ACTIVATION_POINTER + 64;
    expect(heap.allocate(maxBytes - first - 64)).toBe(first);
    expect(() => heap.allocate(1)).toThrow(OutOfMemoryError);
  });
});

describe('guard words', () => {
  test.each([
    { name: 'the byte before', size: 100, offset: -1 },
    { name: 'the first byte of the guard before', size: 100, offset: -64 },
    { name: 'the first float after', size: 100, offset: 100 },
    { name: 'the last byte of the guard after', size: 128, offset: 128 + 63 },
    { name: 'a byte after an allocation of none', size: 0, offset: 0 },
  ])('catch an overwrite of $name', ({ size, offset }) => {
    const heap = makeHeap({ guard: true });
    const pointer = heap.allocate(size);
    heap.allocate(size);
    heap.check();
    bytesAt(heap, pointer + offset, 1)[0]! ^= 1;
    const message = `heap: the guard words around the ${size} bytes at ${pointer} were overwritten`;
    expect(() => heap.check()).toThrow(message);
    expect(() => heap.free(pointer)).toThrow(message);
  });

  test('fresh memory reads as NaN, also memory that was used before', () => {
    const heap = makeHeap({ guard: true });
    const pointer = heap.allocate(400);
    heap.f32.fill(1, pointer / 4, pointer / 4 + 100);
    heap.free(pointer);
    expect(heap.allocate(400)).toBe(pointer);
    expect(heap.f32.subarray(pointer / 4, pointer / 4 + 100).every(Number.isNaN)).toBe(true);
  });
});

test.each([{ guard: false }, { guard: true }])(
  'refuses to free twice, guard: $guard',
  ({ guard }) => {
    const heap = makeHeap({ guard });
    const pointer = heap.allocate(10);
    heap.allocate(10);
    heap.free(pointer);
    expect(() => heap.free(pointer)).toThrow(`heap: free: nothing is allocated at ${pointer}`);
    expect(() => heap.free(pointer + 4)).toThrow(
      `heap: free: nothing is allocated at ${pointer + 4}`,
    );
    expect(heap.blocksInUse).toBe(1);
  },
);
