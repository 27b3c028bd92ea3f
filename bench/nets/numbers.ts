// The numbers that all implementations compute on: by name, so that nobody has to be sent them.

/** `count` values, uniform in [−scale, scale): mulberry32 as a counter, seeded by FNV-1a of the name. */
export function numbersOf(name: string, count: number, scale = 1): Float32Array {
  const values = new Float32Array(count);
  let state = seedOf(name);
  for (let i = 0; i < count; i++) {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    values[i] = ((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * 2 - 1) * scale;
  }
  return values;
}

/** `count` labels below `classes`. */
export function labelsOf(name: string, count: number, classes: number): Int32Array {
  const label = (value: number) => Math.min(classes - 1, Math.floor(((value + 1) / 2) * classes));
  return Int32Array.from(numbersOf(name, count), label);
}

function seedOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) {
    hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193) >>> 0;
  }
  return hash;
}
