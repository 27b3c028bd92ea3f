"""Convolutions of any number of axes, and their transposes, with all gradients."""

import torch.nn.functional as F

from shared.cases import Inputs, channels_last, op_case
from shared.conv import kernel_first
from shared.windows import per_axis

CONVOLUTIONS = {1: F.conv1d, 2: F.conv2d, 3: F.conv3d}
TRANSPOSES = {1: F.conv_transpose1d, 2: F.conv_transpose2d, 3: F.conv_transpose3d}


def conv(name, x, out, kernel, stride=None, padding=None, dilation=None, groups=1, bias=True):
    """x is (batch, size..., channels); options have one number for each axis."""
    axes = len(kernel)
    options = {
        "stride": stride or (1,) * axes,
        "padding": padding or (0,) * axes,
        "dilation": dilation or (1,) * axes,
    }
    weight = (out, x[-1] // groups, *kernel)
    return case(name, CONVOLUTIONS[axes], x, weight, out if bias else None, groups, options)


def conv_transpose(
    name,
    x,
    out,
    kernel,
    stride=None,
    padding=None,
    output_padding=None,
    dilation=None,
    groups=1,
    bias=True,
):
    """The same; weights are written as those of the convolution: [kernel..., out / groups, in]."""
    axes = len(kernel)
    options = {
        "stride": stride or (1,) * axes,
        "padding": padding or (0,) * axes,
        "output_padding": output_padding or (0,) * axes,
        "dilation": dilation or (1,) * axes,
    }
    weight = (x[-1], out // groups, *kernel)
    return case(name, TRANSPOSES[axes], x, weight, out if bias else None, groups, options)


def case(name, op, x, weight, bias, groups, options):
    batch, *size, channels = x
    inputs = Inputs(name)
    x = inputs.variable(batch, channels, *size)
    w = inputs.variable(*weight)
    b = inputs.variable(bias) if bias else None
    y = op(x, w, b, groups=groups, **options)
    dy = inputs.tensor(*y.shape)
    y.backward(dy)
    ours = {
        "x": (channels_last(x), channels_last(x.grad)),
        "w": (kernel_first(w), kernel_first(w.grad)),
        **({"b": (b, b.grad)} if bias else {}),
    }
    named = {camel_case(key): per_axis(values) for key, values in options.items()}
    return {
        **op_case(name, ours, channels_last(y), channels_last(dy)),
        "options": {**named, "groups": groups},
    }


def camel_case(name):
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
