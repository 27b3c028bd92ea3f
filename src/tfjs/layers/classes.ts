import { CONVOLUTIONS } from './conv.js';
import { CORE } from './core.js';
import { FUNCTIONS } from './functions.js';
import type { LayerClasses, MakeLayer } from './layer.js';
import { NORMS } from './norms.js';
import { PICTURES } from './pictures.js';
import { POOLS } from './pools.js';
import { RECURRENT } from './recurrent.js';

/** All classes of layers that are read, but for models and inputs. */
const TABLES: readonly LayerClasses[] = [
  CORE,
  CONVOLUTIONS,
  FUNCTIONS,
  NORMS,
  PICTURES,
  POOLS,
  RECURRENT,
];

export function classNames(): string[] {
  return TABLES.flatMap((table) => Object.keys(table));
}

/** What makes the layers of a class; undefined for one that is not known. */
export function makerOf(className: string): MakeLayer | undefined {
  return TABLES.find((table) => Object.hasOwn(table, className))?.[className];
}
