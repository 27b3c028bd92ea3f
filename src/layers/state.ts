import { checkArity, checkFunction } from '../check.js';
import { checkShape, type Shape } from '../shape.js';
import { keep, Tensor } from '../tensor.js';

/** Makes a tensor of a shape; `initialize` fills it. @internal */
export type MakeTensor = (shape: Shape, initialize: (tensor: Tensor) => void) => Tensor;

let make: MakeTensor = (shape, initialize) => Tensor.computed(shape, initialize);

/** Runs `body`, in which `other` makes every parameter and buffer: with saved values, say. @internal */
export function withTensors<T>(other: MakeTensor, body: () => T): T {
  const outer = make;
  make = other;
  try {
    return body();
  } finally {
    make = outer;
  }
}

/**
 * A parameter of a layer, filled by `initialize`: it is trained and saved. It lives until the layer is disposed, in a
 * scope too.
 * @throws TypeError, ShapeError
 */
export function parameter(shape: readonly number[], initialize: (weight: Tensor) => void): Tensor {
  checkArity('parameter', arguments.length, 2);
  checkShape('parameter', 'shape', shape);
  checkFunction('parameter', 'initialize', initialize);
  const weight = declared('parameter', shape, initialize);
  weight.requiresGrad = true;
  return weight;
}

/**
 * State of a layer that is saved and not trained, as running statistics or a table of constants. Its values may be
 * changed in place (`assign`). It lives until the layer is disposed, in a scope too.
 * @param fill a number for all elements, or a function that fills it
 * @throws TypeError, ShapeError
 */
export function buffer(
  shape: readonly number[],
  fill: number | ((buffer: Tensor) => void),
): Tensor {
  checkArity('buffer', arguments.length, 2);
  checkShape('buffer', 'shape', shape);
  if (typeof fill === 'number')
    return declared('buffer', shape, (tensor) => void tensor.view().fill(fill));
  checkFunction('buffer', 'fill', fill);
  return declared('buffer', shape, fill);
}

function declared(
  role: 'parameter' | 'buffer',
  shape: Shape,
  initialize: (tensor: Tensor) => void,
): Tensor {
  const tensor = keep(make(shape, initialize));
  tensor.role = role;
  return tensor;
}

/** What the walk needs of a module. */
interface Holder {
  children(): [name: string, child: Holder][];
  /** The tensors directly inside, where those are not its properties. */
  ownTensors?(): [name: string, tensor: Tensor][];
}

/** A module and those inside it, each once, with the path where it is found first; its own is empty. */
export function modulesIn<M extends Holder>(root: M): [path: string, module: M][] {
  const paths = new Map<Holder, string>();
  const visit = (module: Holder, path: string) => {
    if (paths.has(module)) return;
    paths.set(module, path);
    for (const [name, child] of module.children()) visit(child, joined(path, name));
  };
  visit(root, '');
  return Array.from(paths, ([module, path]) => [path, module as M]);
}

/** Every parameter or every buffer of a module and those inside it: once, with the path where it is found first. */
export function namedTensors(
  root: Holder,
  role: 'parameter' | 'buffer',
): [path: string, tensor: Tensor][] {
  const paths = new Map<Tensor, string>();
  for (const [path, module] of modulesIn(root)) {
    for (const [name, tensor] of module.ownTensors?.() ?? tensorsOf(module)) {
      if (roleOf(tensor) === role && !paths.has(tensor)) paths.set(tensor, joined(path, name));
    }
  }
  for (const [tensor, path] of paths) tensor.path = path;
  return Array.from(paths, ([tensor, path]) => [path, tensor]);
}

const joined = (path: string, name: string) => (path === '' ? name : `${path}.${name}`);

/** The tensors in the properties of an object, and in arrays there. */
export function tensorsOf(holder: object): [name: string, tensor: Tensor][] {
  return propertiesOf(holder).filter(
    (entry): entry is [string, Tensor] => entry[1] instanceof Tensor,
  );
}

/** The objects in the properties of another and in arrays there, with their names: `blocks.0`. */
export function propertiesOf(holder: object): [name: string, value: object][] {
  const found: [string, object][] = [];
  const add = (name: string, value: unknown) => {
    if (typeof value === 'object' && value !== null) found.push([name, value]);
  };
  for (const [name, value] of Object.entries(holder) as [string, unknown][]) {
    if (Array.isArray(value)) value.forEach((item, i) => add(`${name}.${i}`, item));
    else add(name, value);
  }
  return found;
}

/** A leaf that nobody declared is a parameter from when it is first seen to require a gradient, also when frozen later. */
function roleOf(tensor: Tensor): Tensor['role'] {
  if (tensor.requiresGrad && tensor.node === undefined) tensor.role ??= 'parameter';
  return tensor.role;
}
