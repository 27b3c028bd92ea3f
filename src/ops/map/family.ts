import { launch } from '../../runtime/launch.js';
import type { Tensor } from '../../tensor.js';
import type { Family, Op, Plan } from '../op.js';

/** A function as the kernels know it. */
export interface MapForm {
  /** Its number in assembly/lib/map.ts. */
  readonly fn: number;
  /** What the gradient is computed from. */
  readonly from: 'input' | 'output';
  /** Its constants. */
  readonly a?: number;
  readonly b?: number;
}

export interface MapPlan extends Plan {
  readonly form: MapForm;
}

/** A function of every element. */
export interface MapOp<Options = undefined> extends Op<Options, MapPlan> {
  /**
   * Checks the options.
   * @param where opens the messages
   * @throws TypeError, RangeError
   */
  form(where: string, options: Options): MapForm;
}

export const MAP: Family<MapOp<unknown>, unknown, MapPlan> = {
  operands: [{ name: 'input' }],

  plan: (op, [x], options) => ({ shape: x!.shape, form: op.form(op.name, options) }),

  inPlace: () => [0],

  forward(y, [x], { form: { fn, a = 0, b = 0 } }) {
    launch('mapForward', [y.pointer, x!.pointer, fn, a, b], y.size);
  },

  gradients: [
    (gradInput, accumulate, { gradOutput, inputs: [x], output, plan: { form } }) =>
      mapGradInput(gradInput, gradOutput, form.from === 'input' ? x! : output, form, accumulate),
  ],
};

/** gradInput, which may be gradOutput itself, from gradOutput and the one of x and y that the form names. */
export function mapGradInput(
  gradInput: Tensor,
  gradOutput: Tensor,
  xOrY: Tensor,
  { fn, a = 0, b = 0 }: MapForm,
  accumulate: boolean,
): void {
  launch(
    'mapGradInput',
    [gradInput.pointer, gradOutput.pointer, xOrY.pointer, fn, a, b, accumulate],
    gradInput.size,
  );
}
