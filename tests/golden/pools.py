"""Pools of any number of axes: what torch makes of the same arguments; shapes are (batch, size..., channels)."""

import torch
import torch.nn.functional as F

from shared.cases import Inputs, channels_last, numbers, op_case, write


def case(op, compute, shape, *args):
    """args: those of our function after x; compute takes x and them, and may give indices too."""
    name = " ".join(str(part) for part in (op, shape, *args))
    inputs = Inputs(name)
    batch, *sizes, channels = shape
    x = inputs.variable(batch, channels, *sizes)
    y, *indices = compute(x, *args)
    dy = inputs.tensor(*y.shape)
    y.backward(dy)
    grads = channels_last(x.grad)
    case = op_case(name, {"x": (channels_last(x), grads)}, channels_last(y), channels_last(dy))
    places = {"indices": numbers(channels_last(places)) for places in indices}
    return {**case, "args": list(args), **places}


def snake(options):
    names = {
        "countIncludePad": "count_include_pad",
        "ceilMode": "ceil_mode",
        "divisorOverride": "divisor_override",
    }
    return {names.get(name, name): value for name, value in options.items()}


def max_pool(shape, kernel, **options):
    op = f"max_pool{len(shape) - 2}d"

    def compute(x, kernel, options):
        return getattr(F, op)(x, kernel, return_indices=True, **snake(options))

    return case(op, compute, shape, kernel, options)


def avg_pool(shape, kernel, **options):
    op = f"avg_pool{len(shape) - 2}d"

    def compute(x, kernel, options):
        return (getattr(F, op)(x, kernel, **snake(options)),)

    return case(op, compute, shape, kernel, options)


def adaptive_avg(shape, size):
    op = f"adaptive_avg_pool{len(shape) - 2}d"
    return case(op, lambda x, size: (getattr(F, op)(x, size),), shape, size)


def adaptive_max(shape, size):
    op = f"adaptive_max_pool{len(shape) - 2}d"
    return case(op, lambda x, size: getattr(F, op)(x, size, True), shape, size)


def lp_pool(shape, power, kernel, **options):
    op = f"lp_pool{len(shape) - 2}d"

    def compute(x, power, kernel, options):
        return (getattr(F, op)(x, power, kernel, **snake(options)),)

    return case(op, compute, shape, power, kernel, options)


def lp_pool3d(shape, power, kernel):
    """torch has none: by its formula."""

    def compute(x, power, kernel):
        return (F.avg_pool3d(x**power, kernel).mul(kernel**3) ** (1 / power),)

    return case("lp_pool3d", compute, shape, power, kernel)


def max_unpool(shape, kernel, **options):
    """Of shape, pooled first; the indices are those of the pooling."""
    axes = len(shape) - 2
    name = f"max_unpool{axes}d {shape} {kernel} {options}"
    inputs = Inputs(name)
    batch, *sizes, channels = shape
    pool, unpool = getattr(F, f"max_pool{axes}d"), getattr(F, f"max_unpool{axes}d")
    _, indices = pool(inputs.tensor(batch, channels, *sizes), kernel, return_indices=True, **options)
    x = inputs.variable(*indices.shape)
    y = unpool(x, indices, kernel, output_size=sizes, **options)
    dy = inputs.tensor(*y.shape)
    y.backward(dy)
    grads = channels_last(x.grad)
    case = op_case(name, {"x": (channels_last(x), grads)}, channels_last(y), channels_last(dy))
    sizes = sizes[0] if axes == 1 else sizes
    args = [kernel, {**options, "outputSize": sizes}]
    return {**case, "args": args, "indices": numbers(channels_last(indices))}


def global_pool(kind, *shape):
    op = f"adaptive_{kind}_pool{len(shape) - 2}d"
    return case(f"global {kind}", lambda x: (getattr(F, op)(x, 1).flatten(1),), shape)


def pools():
    return {
        "maxPool3d": [
            max_pool((2, 4, 5, 6, 3), 2),
            max_pool((1, 5, 4, 6, 2), [3, 2, 3], stride=[2, 1, 2], padding=[1, 0, 1]),
            max_pool((1, 7, 6, 7, 5), 3, stride=1, dilation=[3, 2, 1]),
            max_pool((1, 5, 6, 7, 1), 2, stride=3, padding=1, ceilMode=True),
        ],
        "avgPool3d": [
            avg_pool((2, 4, 5, 6, 3), 2),
            avg_pool((1, 5, 4, 6, 2), [3, 2, 3], stride=[2, 1, 2], padding=[1, 0, 1]),
            avg_pool((1, 5, 4, 6, 2), 3, stride=2, padding=1, countIncludePad=False),
            avg_pool((1, 5, 6, 7, 5), 3, stride=2, padding=1, ceilMode=True, divisorOverride=5),
        ],
        "avgPool2d": [avg_pool((1, 5, 6, 5), 3, stride=2, padding=1, divisorOverride=4)],
        "adaptiveAvgPool1d": [adaptive_avg((2, 7, 3), 3), adaptive_avg((1, 3, 2), 5)],
        "adaptiveAvgPool2d": [
            adaptive_avg((2, 7, 5, 3), 3),
            adaptive_avg((1, 6, 4, 2), [3, 2]),
            adaptive_avg((1, 3, 8, 5), [7, 5]),
        ],
        "adaptiveAvgPool3d": [adaptive_avg((1, 5, 4, 3, 2), [2, 3, 4])],
        "adaptiveMaxPool1d": [adaptive_max((2, 7, 3), 3), adaptive_max((1, 3, 2), 5)],
        "adaptiveMaxPool2d": [adaptive_max((2, 7, 5, 3), 3), adaptive_max((1, 3, 8, 5), [7, 5])],
        "adaptiveMaxPool3d": [adaptive_max((1, 5, 4, 3, 2), [2, 3, 4])],
        "lpPool1d": [lp_pool((2, 7, 3), 2, 3), lp_pool((1, 8, 2), 4, 3, stride=2, ceilMode=True)],
        "lpPool2d": [
            lp_pool((2, 5, 6, 3), 2, 2),
            lp_pool((1, 6, 7, 5), 2, [3, 2], stride=[2, 1], ceilMode=True),
            lp_pool((1, 4, 5, 1), 4, 2, stride=1),
        ],
        "lpPool3d": [lp_pool3d((1, 4, 4, 5, 3), 2, 2)],
        "maxUnpool1d": [max_unpool((2, 7, 3), 2), max_unpool((1, 8, 2), 3, stride=3, padding=1)],
        "maxUnpool2d": [max_unpool((2, 5, 6, 3), 2)],
        "maxUnpool3d": [max_unpool((1, 4, 5, 4, 2), 2)],
        "globalAvgPool1d": [global_pool("avg", 2, 7, 5)],
        "globalAvgPool3d": [global_pool("avg", 2, 3, 2, 4, 3)],
        "globalMaxPool1d": [global_pool("max", 2, 7, 5)],
        "globalMaxPool2d": [global_pool("max", 2, 3, 4, 5)],
        "globalMaxPool3d": [global_pool("max", 2, 3, 2, 4, 3)],
    }


if __name__ == "__main__":
    write(__file__, pools())
