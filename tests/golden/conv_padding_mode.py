"""Convolutions of an input that is padded otherwise than with zeros: torch's layers."""

import torch

from shared.cases import Inputs, channels_last, op_case, write


def case(mode, sizes, kernel, padding, **options):
    axes = len(sizes)
    name = f"{mode} {sizes} {kernel} {padding} {options}"
    inputs = Inputs(name)
    layer = getattr(torch.nn, f"Conv{axes}d")(
        3, 2, kernel, padding=padding, padding_mode=mode, bias=False, dtype=torch.float64, **options
    )
    x = inputs.variable(2, 3, *sizes)
    layer.weight = torch.nn.Parameter(inputs.tensor(*layer.weight.shape))
    y = layer(x)
    dy = inputs.tensor(*y.shape)
    y.backward(dy)
    order = (*range(2, axes + 2), 1, 0)
    w, dw = layer.weight.permute(order), layer.weight.grad.permute(order)
    tensors = {"x": (channels_last(x), channels_last(x.grad)), "w": (w, dw)}
    options = {"padding": padding, "paddingMode": mode, **options}
    return {**op_case(name, tensors, channels_last(y), channels_last(dy)), "args": [kernel, options]}


if __name__ == "__main__":
    modes = ["reflect", "replicate", "circular"]
    write(
        __file__,
        {
            "Conv1d": [case(mode, (7,), 3, 2, stride=2) for mode in modes],
            "Conv2d": [case(mode, (5, 6), [3, 2], [2, 1], dilation=2) for mode in modes],
            "Conv3d": [case(mode, (3, 4, 3), 2, 1) for mode in modes],
        },
    )
