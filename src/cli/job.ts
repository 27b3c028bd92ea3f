import type { RunOptions } from './options.js';
import type { RunFolder } from './run-folder.js';
import type { RunRecord } from './run-record.js';

/** A run that is to be done, or to be gone on with. */
export interface Job {
  readonly folder: RunFolder;
  readonly record: RunRecord;
  readonly options: RunOptions;
  /** As the folder has it already; left out for a new run. */
  readonly before?: RunRecord;
}
