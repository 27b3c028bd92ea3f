import { InitError } from '../errors.js';

/** A compiled module, its bytes, a response that brings them, or their address. */
export type ModuleSource = WebAssembly.Module | BufferSource | Response | URL;

/**
 * @param adapt changes the bytes of a source that is not compiled yet
 * @throws InitError saying where the module should have come from and what came instead
 */
export async function compileModule(
  source: ModuleSource,
  adapt = (bytes: Uint8Array<ArrayBuffer>) => bytes,
): Promise<WebAssembly.Module> {
  if (isModule(source)) return source;
  const { bytes, name } = await readSource(source);
  if (bytes.subarray(0, 4).join() !== '0,97,115,109') {
    const what = bytes[0] === '<'.charCodeAt(0) ? 'an HTML page' : 'something else';
    throw new InitError(
      `init: source: expected a wasm module at ${name}, got ${what}; ` +
        'serve simdgrad.wasm there or pass { source }',
    );
  }
  try {
    return await WebAssembly.compile(adapt(bytes));
  } catch (cause) {
    const message = `init: source: the module at ${name} cannot be compiled: ${String(cause)}`;
    throw new InitError(message, { cause });
  }
}

interface NamedBytes {
  bytes: Uint8Array<ArrayBuffer>;
  name: string;
}

async function readSource(source: BufferSource | Response | URL): Promise<NamedBytes> {
  if (source instanceof URL) return { bytes: await readUrl(source), name: source.href };
  if (source instanceof ArrayBuffer)
    return { bytes: new Uint8Array(source), name: 'the given bytes' };
  if (ArrayBuffer.isView(source)) {
    const bytes = new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
    return { bytes: new Uint8Array(bytes), name: 'the given bytes' };
  }
  if (source instanceof Response) {
    return { bytes: await readResponse(source), name: source.url || 'the given response' };
  }
  throw new TypeError('init: source: expected a WebAssembly.Module, bytes, a Response or a URL');
}

function isModule(source: ModuleSource): source is WebAssembly.Module {
  return source instanceof WebAssembly.Module;
}

async function readUrl(url: URL): Promise<Uint8Array<ArrayBuffer>> {
  try {
    if (url.protocol !== 'file:') return await readResponse(await fetch(url));
    const { readFile } = await import('node:fs/promises');
    return new Uint8Array(await readFile(url));
  } catch (cause) {
    if (cause instanceof InitError) throw cause;
    throw new InitError(`init: source: ${url.href} cannot be read: ${String(cause)}`, { cause });
  }
}

async function readResponse(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  if (!response.ok) {
    throw new InitError(
      `init: source: ${response.url || 'the given response'} answered ${response.status} ${response.statusText}`,
    );
  }
  return new Uint8Array(await response.arrayBuffer());
}
