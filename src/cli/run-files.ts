/** The files of a run, in the order in which they come to be: `model.json` last, it makes a run finished. */
export const RUN_FILES = [
  'options.json',
  'checkpoint.safetensors',
  'history.json',
  'history.csv',
  'report.html',
  'model.safetensors',
  'model.json',
] as const;
export type RunFile = (typeof RUN_FILES)[number];

/** What reads the files of a run: its folder. */
export interface RunFiles {
  /** The path of a file. */
  file(name: RunFile): string;
  /** The bytes of a file; undefined where it is missing. @throws InputError where it cannot be read */
  read(name: RunFile): Promise<Buffer | undefined>;
}
