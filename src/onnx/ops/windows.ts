import type { FilePadding, FileWindows } from '../../imported/ops/layout.js';
import { FormatError } from '../../errors.js';
import type { OnnxAttributes } from '../attributes.js';

const AUTOMATIC = { SAME_UPPER: 'same', SAME_LOWER: 'sameLower', VALID: 'valid' } as const;

/** The windows that the attributes of a convolution or pooling name. */
export function windowsOf(
  attributes: OnnxAttributes,
  axes: number,
): Omit<FileWindows, 'kernel'> & { readonly padding: FilePadding } {
  const automatic = attributes.oneOf('auto_pad', ['NOTSET', 'SAME_UPPER', 'SAME_LOWER', 'VALID']);
  const pads = sized(attributes, 'pads', 2 * axes) ?? new Array<number>(2 * axes).fill(0);
  return {
    strides: sized(attributes, 'strides', axes),
    dilations: sized(attributes, 'dilations', axes),
    padding: automatic === 'NOTSET' ? pads : AUTOMATIC[automatic],
  };
}

/** A list of so many integers. @throws FormatError */
export function sized(
  attributes: OnnxAttributes,
  name: string,
  length: number,
): readonly number[] | undefined {
  const values = attributes.ints(name);
  if (!values || values.length === length) return values;
  throw new FormatError(`${name}: expected ${length} integers, got ${values.length}`);
}
