import { FormatError } from '../errors.js';
import type { OnnxAttribute, OnnxNode, OnnxTensor } from './types.js';

/** What a Constant node holds, in any of its forms. @throws FormatError for none, and for text */
export function constantOf(node: OnnxNode): OnnxTensor {
  const [[, attribute] = [undefined, undefined]] = node.attributes;
  const tensor = attribute && tensorOf(attribute);
  if (tensor && node.attributes.size === 1) return tensor;
  const got = [...node.attributes].map(([name, { kind }]) => `${name} (${kind})`).join(', ');
  throw new FormatError(
    `node ${node.name} (Constant): expected one attribute of numbers, got ${got.slice(0, 200) || 'none'}`,
  );
}

function tensorOf({ kind, value }: OnnxAttribute): OnnxTensor | undefined {
  switch (kind) {
    case 'tensor':
    case 'sparse_tensor':
      return value;
    case 'float':
    case 'int':
      return listed(kind, [], [value]);
    case 'floats':
    case 'ints':
      return listed(kind, [value.length], value);
    default:
      return undefined;
  }
}

function listed(kind: string, shape: readonly number[], data: readonly number[]): OnnxTensor {
  return { name: '', shape, dtype: kind.startsWith('float') ? 'float32' : 'int64', data };
}
