"""Pools of one or two axes with their gradients."""

import numpy
import torch
import torch.nn.functional as F

from shared.cases import Inputs, channels_last, fields, shape_and_numbers
from shared.windows import explicit_padding, per_axis, split, torch_padding


def max_pool(name, x, kernel, stride=None, padding=None, dilation=None, ceil=False, values=None):
    """x is (batch, size..., channels); values maps the drawn input to the one to pool."""
    axes = len(kernel)
    stride, dilation = stride or kernel, dilation or (1,) * axes
    padding = explicit_padding(padding, kernel, dilation)
    batch, *size, channels = x
    inputs = Inputs(name)
    x = inputs.tensor(batch, channels, *size)
    x = (values(x) if values else x).requires_grad_()
    op = F.max_pool1d if axes == 1 else F.max_pool2d
    starts, ends = split(padding)
    if is_torch_padding(padding, kernel):
        y, argmax = op(x, kernel, stride, starts, dilation, ceil, return_indices=True)
    else:
        padded = F.pad(x, torch_padding(padding), value=-numpy.inf)
        y, argmax = op(padded, kernel, stride, 0, dilation, ceil, return_indices=True)
        argmax = without_padding(argmax, starts, padded.shape[-1], size[-1])
    dy = inputs.tensor(*y.shape)
    y.backward(dy)
    return {
        **pool_options(name, kernel, stride, padding, ceil),
        "dilation": per_axis(dilation),
        **shape_and_numbers("x", channels_last(x)),
        **shape_and_numbers("y", channels_last(y)),
        **fields(argmax=channels_last(argmax), dy=channels_last(dy), dx=channels_last(x.grad)),
    }


def is_torch_padding(padding, kernel):
    """Whether PyTorch's pools take it: the same on both sides, and at most half the kernel."""
    starts, ends = split(padding)
    return starts == ends and all(2 * start <= size for start, size in zip(starts, kernel))


def without_padding(argmax, starts, padded_width, width):
    """Indices into the padded image to indices into the image."""
    top, left = (0, *starts)[-2:]
    rows = torch.div(argmax, padded_width, rounding_mode="floor") - top
    return rows * width + argmax % padded_width - left


def avg_pool(name, x, kernel, stride=None, padding=None, ceil=False, count_include_pad=True):
    axes = len(kernel)
    stride = stride or kernel
    padding = explicit_padding(padding, kernel, (1,) * axes)
    batch, *size, channels = x
    inputs = Inputs(name)
    x = inputs.variable(batch, channels, *size)
    op = F.avg_pool1d if axes == 1 else F.avg_pool2d
    starts, ends = split(padding)
    if is_torch_padding(padding, kernel):
        y = op(x, kernel, stride, starts, ceil, count_include_pad)
    else:
        y = op(F.pad(x, torch_padding(padding)), kernel, stride, 0, ceil)
        if not count_include_pad:
            ones = F.pad(torch.ones_like(x), torch_padding(padding))
            y = y / op(ones, kernel, stride, 0, ceil)
    dy = inputs.tensor(*y.shape)
    y.backward(dy)
    return {
        **pool_options(name, kernel, stride, padding, ceil),
        "countIncludePad": count_include_pad,
        **shape_and_numbers("x", channels_last(x)),
        **shape_and_numbers("y", channels_last(y)),
        **fields(dy=channels_last(dy), dx=channels_last(x.grad)),
    }


def pool_options(name, kernel, stride, padding, ceil):
    return {
        "name": name,
        "kernelSize": per_axis(kernel),
        "stride": per_axis(stride),
        "padding": list(padding),
        "ceilMode": ceil,
    }
