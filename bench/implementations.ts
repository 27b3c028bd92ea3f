import type { Adapter } from './adapter.js';
import { plainJs, tiledJs } from './js/adapter.js';
import { loadSimdgrad } from './simdgrad.js';

/** What all others are compared with. */
export const BASELINE = plainJs.name;

/** Everything that can be measured, by name; loaded when it is chosen. */
export const implementations: Readonly<Record<string, () => Adapter | Promise<Adapter>>> = {
  [plainJs.name]: () => plainJs,
  [tiledJs.name]: () => tiledJs,
  simdgrad: loadSimdgrad,
};
