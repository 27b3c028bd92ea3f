/** Shapes, ranks or element counts that do not fit together. */
export class ShapeError extends RangeError {
  override readonly name = 'ShapeError';
}

/** A tensor was used after `dispose()`, or after the `scope` that owned it ended. */
export class DisposedError extends Error {
  override readonly name = 'DisposedError';
}

/** A file or a byte stream is not what it claims to be: truncated, corrupt, of another format. */
export class FormatError extends Error {
  override readonly name = 'FormatError';
}

/** Linear memory cannot hold a request. The library stays usable. */
export class OutOfMemoryError extends RangeError {
  override readonly name = 'OutOfMemoryError';
}

/** The library was used before `await init()`, or with a wasm module it cannot run. */
export class InitError extends Error {
  override readonly name = 'InitError';
}

/** A worker thread failed in the middle of an operation, whose result is incomplete. */
export class ThreadError extends Error {
  override readonly name = 'ThreadError';
}

/** A model has no graph: what it computes depends on values, not on the shapes of its inputs alone. */
export class TraceError extends Error {
  override readonly name = 'TraceError';
}
