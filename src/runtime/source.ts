import { KERNELS_ID } from '../../build/kernels-id.js';
import { bytesOf, wrongKind } from '../check.js';
import { isBuffer, tagOf } from '../describe.js';
import { InitError } from '../errors.js';

/** A compiled module, its bytes, a response that brings them, or their address. */
export type ModuleSource =
  WebAssembly.Module | ArrayBufferView<ArrayBuffer> | ArrayBuffer | Response | URL;

const REMEDY =
  "serve the package's simdgrad.wasm there, pass init({ source }), or import 'simdgrad/inline', which needs no file";

/** The header of a module without anything in it. */
const EMPTY_MODULE = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];

/** Changes the bytes of a module before they are compiled. */
export type Adapt = (bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>;

/**
 * @param adapt for a source that is not compiled yet
 * @throws InitError saying where the kernels should have come from and what came instead
 */
export async function compileModule(
  source: ModuleSource,
  adapt: Adapt = (bytes) => bytes,
): Promise<WebAssembly.Module> {
  if (isModule(source)) return checkBuild(source, 'the given module');
  const { bytes, name } = await readSource(source);
  checkHeader(bytes, name);
  return checkBuild(await compile(adapt(bytes), name), name);
}

/** By its tag, as all sources: where code runs in a context of its own (Next.js's edge runtime, jsdom), they may be of another. */
export function isModule(source: unknown): source is WebAssembly.Module {
  return tagOf(source) === 'WebAssembly.Module';
}

/** Bytes, not a streaming compilation: that refuses files without the MIME type, and gains nothing at this size. */
async function readSource(
  source: ModuleSource,
): Promise<{ bytes: Uint8Array<ArrayBuffer>; name: string }> {
  if (tagOf(source) === 'URL') {
    const url = source as URL;
    return { bytes: await readUrl(url), name: url.href };
  }
  if (ArrayBuffer.isView(source) || isBuffer(source)) {
    return { bytes: new Uint8Array(bytesOf('init', 'source', source)), name: 'the given bytes' };
  }
  if (tagOf(source) === 'Response') {
    const response = source as Response;
    const name = response.url || 'the given response';
    return { bytes: await readResponse(response, name), name };
  }
  throw wrongKind('init', 'source', 'a WebAssembly.Module, bytes, a Response or a URL', source);
}

async function readUrl(url: URL): Promise<Uint8Array<ArrayBuffer>> {
  try {
    if (url.protocol !== 'file:') return await readResponse(await fetch(url), url.href);
    // Not imported: bundlers for the web refuse Node's modules.
    const { readFile } = process.getBuiltinModule('node:fs/promises');
    return new Uint8Array(await readFile(url));
  } catch (cause) {
    if (cause instanceof InitError) throw cause;
    const message = `init: source: ${url.href} cannot be read: ${String(cause)}; ${REMEDY}`;
    throw new InitError(message, { cause });
  }
}

async function readResponse(response: Response, name: string): Promise<Uint8Array<ArrayBuffer>> {
  const { ok, status, statusText } = response;
  if (!ok) {
    const answer = `${status} ${statusText}`.trimEnd();
    throw new InitError(`init: source: ${name} answered ${answer}; ${REMEDY}`);
  }
  return new Uint8Array(await response.arrayBuffer());
}

function checkHeader(bytes: Uint8Array, name: string): void {
  if (EMPTY_MODULE.every((byte, i) => byte === bytes[i])) return;
  const isPage = /^\W*</.test(asciiOf(bytes.subarray(0, 64)));
  const got = isPage
    ? 'an HTML page, as servers send for a file that is missing'
    : `${bytes.length} bytes of something else`;
  throw new InitError(`init: source: expected a wasm module at ${name}, got ${got}; ${REMEDY}`);
}

async function compile(bytes: Uint8Array<ArrayBuffer>, name: string): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(bytes);
  } catch (cause) {
    const reason = (await isCompilationForbidden())
      ? "this page's Content-Security-Policy, or this runtime, forbids compilation. A page needs the directive " +
        "script-src 'wasm-unsafe-eval'; a runtime that compiles ahead needs the module imported and passed as source"
      : `${String(cause)}; ${REMEDY}`;
    const message = `init: source: the module at ${name} cannot be compiled: ${reason}`;
    throw new InitError(message, { cause });
  }
}

/** Engines differ in the error that they give; where not even an empty module compiles, a policy is the reason. */
function isCompilationForbidden(): Promise<boolean> {
  return WebAssembly.compile(Uint8Array.from(EMPTY_MODULE)).then(
    () => false,
    () => true,
  );
}

/** The compiler of the kernels writes the name of the build into the module and into this library. */
function checkBuild(module: WebAssembly.Module, name: string): WebAssembly.Module {
  const id = buildOf(module);
  if (id === KERNELS_ID || isForInference(module)) return module;
  const got = id === undefined ? 'another module' : `those of ${id}, from another build or a cache`;
  throw new InitError(
    `init: source: expected the kernels of simdgrad ${KERNELS_ID} at ${name}, got ${got}; ${REMEDY}`,
  );
}

/** Whether they are those of this build's kernels that inference needs (assembly/inference.ts). */
export function isForInference(module: WebAssembly.Module): boolean {
  return buildOf(module) === `${KERNELS_ID}-inference`;
}

/** The name that the compiler wrote into the module. */
function buildOf(module: WebAssembly.Module): string | undefined {
  const [section] = WebAssembly.Module.customSections(module, 'simdgrad');
  return section && asciiOf(new Uint8Array(section));
}

/** Without a TextDecoder, which some environments for tests lack. */
function asciiOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
