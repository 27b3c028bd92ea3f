import { signal } from '@preact/signals';
import type { ModelFiles } from 'simdgrad/ops';

/** The network that was last trained on this page, where it reads digits: others may be drawn for it. */
export const trained = signal<ModelFiles | undefined>(undefined);
