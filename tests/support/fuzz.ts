import { expect } from 'vitest';
import { Random } from '../../src/random.js';

/** Damaged copies of each file; more by SIMDGRAD_FUZZ=20000. */
export const MUTANTS = Number(process.env.SIMDGRAD_FUZZ ?? 2000);

/** Numbers that break what reads sizes. */
const EXTREMES = [0, 1, 0x7f, 0x80, 0xff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];
/** Pieces of text that break what reads JSON and tables. */
const TOKENS = [
  '-1',
  '1e999',
  'null',
  '{}',
  '[]',
  '"',
  '\\',
  '[[[[',
  ',',
  '\n',
  '\0',
  '9'.repeat(400),
  '__proto__',
];

type Mutation = (bytes: Uint8Array, random: Random) => Uint8Array;

const MUTATIONS: readonly Mutation[] = [
  (bytes, random) => bytes.map(flipAt(random.integer(bytes.length), 1 << random.integer(8))),
  (bytes, random) => bytes.map(setAt(random.integer(bytes.length), random.integer(256))),
  (bytes, random) => bytes.slice(0, random.integer(bytes.length)),
  (bytes, random) => splice(bytes, random, 1 + random.integer(16), new Uint8Array()),
  (bytes, random) => {
    const from = random.integer(bytes.length);
    return splice(bytes, random, 0, bytes.slice(from, from + 1 + random.integer(64)));
  },
  (bytes, random) => splice(bytes, random, 0, new TextEncoder().encode(pick(TOKENS, random))),
  (bytes, random) => {
    const token = new TextEncoder().encode(pick(TOKENS, random));
    return splice(bytes, random, token.length, token);
  },
  (bytes, random) => {
    const word = new Uint8Array(4);
    new DataView(word.buffer).setUint32(0, pick(EXTREMES, random), random.integer(2) === 0);
    return splice(bytes, random, 4, word);
  },
];

/** `count` damaged copies of a file, each by one to three mutations; a seed fixes them. */
export function* mutants(file: Uint8Array, count: number, seed: number): Generator<Uint8Array> {
  const random = new Random(seed);
  for (let n = 0; n < count; n++) {
    let bytes: Uint8Array = Uint8Array.from(file);
    for (let i = random.integer(3); i >= 0 && bytes.length > 0; i--) {
      bytes = pick(MUTATIONS, random)(bytes, random);
    }
    yield bytes;
  }
}

/**
 * Reads damaged copies of a file: each has to end within a second, with an answer that `check` accepts or with an error
 * that it accepts: one of ours, whose message names the file and is short.
 */
export async function fuzz(
  file: Uint8Array,
  count: number,
  seed: number,
  read: (bytes: Uint8Array) => unknown,
  check: {
    answer(value: unknown, bytes: Uint8Array): void;
    error: { name: RegExp; message: RegExp };
  },
): Promise<void> {
  let n = 0;
  for (const bytes of mutants(file, count, seed)) {
    const place = `mutant ${n++} of seed ${seed}`;
    const begin = process.cpuUsage();
    try {
      check.answer(await read(bytes), bytes);
    } catch (error) {
      if (!(error instanceof Error) || error.name === 'AssertionError') throw error;
      expect(error.name, `${place}: ${error.message.slice(0, 300)}`).toMatch(check.error.name);
      expect(error.message, place).toMatch(check.error.message);
      expect(error.message.length, place).toBeLessThan(600);
    }
    // The process's own time: others may use the machine.
    expect(process.cpuUsage(begin).user, place).toBeLessThan(1e6);
  }
}

function pick<Item>(items: readonly Item[], random: Random): Item {
  return items[random.integer(items.length)]!;
}

const flipAt = (at: number, mask: number) => (byte: number, i: number) =>
  i === at ? byte ^ mask : byte;
const setAt = (at: number, value: number) => (byte: number, i: number) => (i === at ? value : byte);

/** Replaces `length` bytes at a random place. */
function splice(bytes: Uint8Array, random: Random, length: number, by: Uint8Array): Uint8Array {
  const at = random.integer(bytes.length + 1);
  const result = new Uint8Array(at + by.length + Math.max(0, bytes.length - at - length));
  result.set(bytes.subarray(0, at));
  result.set(by, at);
  result.set(bytes.subarray(at + length), at + by.length);
  return result;
}
