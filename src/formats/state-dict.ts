import { bytesOf, checkArity, checkMethods, wrongKind } from '../check.js';
import type { Module } from '../layers/module.js';
import type { StateDict } from '../layers/state-dict.js';
import { checkOptions } from '../options.js';
import { checkFloatType } from './dtypes.js';
import { isTorchFile, loadTorch } from './pth.js';
import { readSafetensors, type SafetensorsOptions, writeSafetensors } from './safetensors.js';
import {
  loadTorchStateDict,
  type LoadTorchStateDictOptions,
  type StateDictDifference,
  torchStateDict,
  type TorchOptions,
} from './torch.js';

/** Whose names and layouts of weights a file has. */
export interface LayoutOptions {
  /** `torch`: PyTorch's. Default: those here, as `stateDict()` has them; then there are no other options. */
  readonly layout?: 'torch';
}

/**
 * A safetensors file of a model's parameters and buffers, for `safetensors.torch.load_file` and `load_state_dict` where
 * `layout` is `torch`.
 * @throws TypeError; ShapeError for a `flattened` that is not the layer's; RangeError for a finite value that `dtype`
 * does not hold
 */
export function saveStateDict(
  model: Module,
  options: LayoutOptions & TorchOptions & SafetensorsOptions = {},
): Uint8Array<ArrayBuffer> {
  const op = 'saveStateDict';
  checkArity(op, arguments.length, 2);
  checkMethods(op, 'model', model, 'a Module', ['stateDict']);
  const { layout, dtype, ...torch } = checkLayout(op, options, ['dtype', 'rename', 'flattened']);
  if (dtype !== undefined) checkFloatType(op, dtype);
  const file = dtype === undefined ? {} : { dtype };
  if (layout === 'torch') {
    return writeSafetensors(torchStateDict(model, torch), { format: 'pt' }, file);
  }
  return writeSafetensors(model.stateDict(), {}, file);
}

/**
 * Overwrites the parameters and buffers of a model with those of a file or a state dict of the same network.
 * @param state the bytes of a safetensors file or of one that PyTorch wrote (`.pth`), or named values
 * @returns the names that only one of both has, where `strict` is false
 * @throws TypeError; ShapeError that lists all that are missing, superfluous or of another shape; FormatError for a
 * file that cannot be read; nothing is changed then
 */
export function loadStateDict(
  model: Module,
  state: StateDict | Uint8Array,
  options: LayoutOptions & LoadTorchStateDictOptions = {},
): StateDictDifference {
  const op = 'loadStateDict';
  checkArity(op, arguments.length, 3);
  checkMethods(op, 'model', model, 'a Module', ['loadStateDict']);
  const { layout, ...torch } = checkLayout(op, options, ['rename', 'flattened', 'strict']);
  const values = ArrayBuffer.isView(state) ? readFile(bytesOf(op, 'state', state)) : state;
  checkMethods(op, 'state', values, 'a Uint8Array or a Map', ['get', 'has', 'keys', 'entries']);
  if (layout === 'torch') return loadTorchStateDict(model, values, torch);
  model.loadStateDict(values);
  return { missingKeys: [], unexpectedKeys: [] };
}

function readFile(bytes: Uint8Array): StateDict {
  return isTorchFile(bytes) ? loadTorch(bytes) : readSafetensors(bytes).tensors;
}

function checkLayout<T extends LayoutOptions>(op: string, options: T, others: string[]): T {
  checkOptions(op, options, ['layout', ...others]);
  if (options.layout !== undefined && options.layout !== 'torch') {
    throw wrongKind(op, 'layout', "'torch'", options.layout);
  }
  const known = options.layout === 'torch' ? others : others.filter((name) => name === 'dtype');
  checkOptions(op, options, ['layout', ...known], 'options of the own layout');
  return options;
}
