/** What ops compute and write. */
export interface Work {
  /** Products that are added up: those of convolutions and of products of matrices. */
  multiplyAdds: number;
  /** Of outputs, but those that share the memory of an input. */
  bytes: number;
}

/** What counts at present. */
export let counted: Work | undefined;

/** Adds to `work` what the ops do that `body` calls. */
export function counting<T>(work: Work, body: () => T): T {
  const before = counted;
  counted = work;
  try {
    return body();
  } finally {
    counted = before;
  }
}
