"""A convolution of one or two axes with all gradients."""

import torch.nn.functional as F

from shared.cases import Inputs, channels_last, fields, shape_and_numbers
from shared.windows import explicit_padding, per_axis, torch_padding


def conv(name, x, out, kernel, stride=None, padding=None, dilation=None, groups=1, bias=True):
    """x is (batch, size..., channels); padding the starts, then the ends, or 'same'."""
    axes = len(kernel)
    stride, dilation = stride or (1,) * axes, dilation or (1,) * axes
    same, padding = padding == "same", explicit_padding(padding, kernel, dilation)
    batch, *size, channels = x
    inputs = Inputs(name)
    x = inputs.variable(batch, channels, *size)
    w = inputs.variable(out, channels // groups, *kernel)
    b = inputs.variable(out) if bias else None
    op = F.conv1d if axes == 1 else F.conv2d
    if same:
        y = op(x, w, b, padding="same", dilation=dilation, groups=groups)
    else:
        y = op(F.pad(x, torch_padding(padding)), w, b, stride, 0, dilation, groups)
    dy = inputs.tensor(*y.shape)
    y.backward(dy)
    return {
        "name": name,
        "stride": per_axis(stride),
        "padding": list(padding),
        "same": same,
        "dilation": per_axis(dilation),
        "groups": groups,
        **shape_and_numbers("x", channels_last(x)),
        **shape_and_numbers("w", kernel_first(w)),
        **fields(b=b),
        **shape_and_numbers("y", channels_last(y)),
        **fields(dy=channels_last(dy), dx=channels_last(x.grad)),
        **fields(dw=kernel_first(w.grad), db=b.grad if bias else None),
    }


def kernel_first(weight):
    """[outChannels, inChannels, kernel...] to [kernel..., inChannels, outChannels]."""
    return weight.movedim((0, 1), (-1, -2))
