import { checkArity } from '../check.js';
import { type Model, namedState } from '../layers/module.js';
import { checkModel } from './check.js';

/**
 * SHA-256, in hexadecimal, of all parameters, then all buffers, in their order, as little-endian float32: equal if and only if two
 * models have the same bits.
 * @throws TypeError; Error in a page that is not a secure context, where `crypto.subtle` is missing
 */
export async function weightsSha256(model: Model): Promise<string> {
  checkArity('weightsSha256', arguments.length, 1);
  checkModel('weightsSha256', model);
  const values = namedState(model).map(([, tensor]) => tensor.data());
  const bytes = new Uint8Array(values.reduce((sum, data) => sum + data.byteLength, 0));
  let offset = 0;
  for (const data of values) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    offset += data.byteLength;
  }
  if (!globalThis.crypto?.subtle) {
    throw new Error(
      'weightsSha256: crypto.subtle is missing: the page must come from https or localhost',
    );
  }
  const digest = await crypto.subtle.digest('SHA-256', bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
