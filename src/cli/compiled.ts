import type { Shape } from '../index.js';
import { compile, type CompileOptions, type Session } from '../index.js';
import type { FileInput, ImportedModule } from '../tfjs/index.js';

/** The shape of every input for one sample, by its name. */
export type InputShapes = Readonly<Record<string, Shape>>;

/**
 * The shapes of a model's inputs for one sample: those of the file, and of one sample as given where the file leaves sizes
 * open.
 * @returns undefined where neither says them
 */
export function inputShapesOf(
  inputs: readonly FileInput[],
  given: Shape | undefined,
): InputShapes | undefined {
  const shapes: Record<string, Shape> = {};
  for (const { name, shape } of inputs) {
    const told = shape?.map((size, axis) => (axis === 0 ? 1 : (size ?? given?.[axis - 1])));
    const whole = told ?? (given && [1, ...given]);
    if (!whole?.every((size) => size !== undefined)) return undefined;
    shapes[name] = whole as number[];
  }
  return shapes;
}

/**
 * A session of a model of another library, whatever it puts out.
 * @throws TraceError where what it does depends on the values
 */
export function compileImported(
  model: ImportedModule,
  shapes: InputShapes,
  options: CompileOptions = {},
): Session {
  const named = {
    forward: (x: never) => model.run(x) as never,
    parameters: () => model.parameters(),
    namedParameters: () => model.namedParameters(),
    namedBuffers: () => model.namedBuffers(),
  };
  return compile(named, shapes, options);
}
