import type { Dataset } from '../src/index.js';

export type MapName = 'shifted' | 'turned';

export function makeData(model: 'lenet' | 'cifar', count: number, map: MapName | null): Dataset;
