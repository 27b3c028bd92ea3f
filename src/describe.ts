/** Longest text that a value takes up in an error message. */
const MAX_CHARACTERS = 100;
/** Elements of an array that an error message shows. */
const MAX_ELEMENTS = 4;

/** Stands for this copy of the library: another version, or another bundle, has another. */
export const COPY = {};

/** What a class of the library answers under `@simdgrad`, so that its objects are known in every copy and realm. */
export interface Origin {
  /** The name of the class, for error messages. */
  readonly kind: string;
  readonly copy: object;
}

/** A value as an error message shows it, in 100 characters at most; it never fails itself. */
export function describe(value: unknown): string {
  return shorten(textOf(value, 0));
}

/** The text, cut in its middle where it is long. */
export function shorten(text: string): string {
  if (text.length <= MAX_CHARACTERS) return text;
  return `${text.slice(0, MAX_CHARACTERS - 30)} … ${text.slice(-20)}`;
}

/**
 * The class of a typed array, of any realm: `Float32Array`; undefined for all else, a DataView too.
 */
export function typedArrayName(value: unknown): string | undefined {
  const name = ArrayBuffer.isView(value) ? tagOf(value) : '';
  return name.endsWith('Array') ? name : undefined;
}

/** Whether it is a typed array of numbers (not of bigints), of any realm. */
export function isNumberArray(value: unknown): value is ArrayLike<number> & ArrayBufferView {
  const name = typedArrayName(value);
  return name !== undefined && !name.startsWith('Big');
}

/** Whether it is an ArrayBuffer or a SharedArrayBuffer, of any realm. */
export function isBuffer(value: unknown): value is ArrayBufferLike {
  return /^(Shared)?ArrayBuffer$/.test(tagOf(value));
}

/** Whether a buffer was moved to another thread: it has no bytes any more. */
export function isDetached(buffer: ArrayBufferLike): boolean {
  if (buffer.byteLength > 0) return false;
  try {
    new Uint8Array(buffer);
    return false;
  } catch {
    return true;
  }
}

/** `a Tensor`, `an Adam`. */
function withArticle(name: string): string {
  return `${/^(?!Uint)[AEIOU]/.test(name) ? 'an' : 'a'} ${name}`;
}

function textOf(value: unknown, depth: number): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value.length > MAX_CHARACTERS ? shorten(value) : value);
    case 'function':
      return 'a function';
    case 'symbol':
      return 'a symbol';
    case 'bigint':
      return `${value}n`;
    case 'object':
      return value === null ? 'null' : textOfObject(value, depth);
    default:
      return String(value);
  }
}

function textOfObject(value: object, depth: number): string {
  if (Array.isArray(value)) return textOfArray(value, depth);
  const view = typedArrayName(value);
  if (view !== undefined) {
    const { buffer, length } = value as Float32Array;
    return `${withArticle(view)} ${isDetached(buffer) ? 'whose buffer was moved' : `of ${length} values`}`;
  }
  if (isBuffer(value)) {
    return `${withArticle(tagOf(value))} ${isDetached(value) ? 'that was moved' : `of ${value.byteLength} bytes`}`;
  }
  const origin = read(value, '@simdgrad') as Origin | undefined;
  if (typeof origin?.kind === 'string') {
    const copy =
      ' of another copy of simdgrad (two versions, or simdgrad and simdgrad/inline, are loaded)';
    return withArticle(origin.kind) + (origin.copy === COPY ? '' : copy);
  }
  const name = read(read(value, 'constructor'), 'name');
  return typeof name === 'string' && name !== '' && name !== 'Object'
    ? withArticle(name)
    : 'an object';
}

function textOfArray(values: readonly unknown[], depth: number): string {
  if (depth > 1) return `an array of ${values.length}`;
  const shown = values.slice(0, MAX_ELEMENTS).map((value) => textOf(value, depth + 1));
  const rest = values.length > MAX_ELEMENTS ? [`… (${values.length} in all)`] : [];
  return `[${[...shown, ...rest].join(', ')}]`;
}

/** The kind of a built-in object, whatever its realm: `ArrayBuffer`, `URL`. */
export function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}

/** A property of anything; undefined where there is none, or where reading it fails. */
function read(value: unknown, property: string): unknown {
  try {
    return (value as Record<string, unknown> | undefined)?.[property];
  } catch {
    return undefined;
  }
}
