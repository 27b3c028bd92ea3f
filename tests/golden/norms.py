"""Group, instance, layer, RMS, Lp and local response normalization; torch 1.13 has no RMS norm: by its formula."""

import math

import torch
import torch.nn.functional as F

from shared.cases import Inputs, channels_last, op_case, write


def channels_first(tensor):
    return tensor.movedim(-1, 1)


def group_norm(x, weight, bias, groups, options):
    return channels_last(F.group_norm(channels_first(x), groups, weight, bias, options.get("eps", 1e-5)))


def instance_norm(x, weight, bias, options):
    y = F.instance_norm(channels_first(x), weight=weight, bias=bias, eps=options.get("eps", 1e-5))
    return channels_last(y)


def layer_norm(x, weight, bias, shape, options):
    shape = [shape] if isinstance(shape, int) else shape
    return F.layer_norm(x, shape, weight, bias, options.get("eps", 1e-5))


def rms_norm(x, weight, shape, options):
    axes = [-1] if isinstance(shape, int) else list(range(-len(shape), 0))
    mean = x.square().mean(axes, keepdim=True)
    y = x / torch.sqrt(mean + options.get("eps", 2.0**-23))
    return y if weight is None else y * weight


def normalize(x, options):
    p = options.get("p", 2)
    return F.normalize(x, math.inf if p == "Infinity" else p, options.get("axis", -1), options.get("eps", 1e-12))


def local_response_norm(x, size, options):
    return channels_last(F.local_response_norm(channels_first(x), size, **options))


# The shape of x, those of weight and bias (None: left out), and the arguments that follow.
CASES = {
    "groupNorm": (group_norm, [
        ((2, 3, 2, 6), (6,), (6,), [3, {}]),
        ((3, 5, 4), (4,), (4,), [1, {"eps": 0.01}]),
        ((2, 2, 2, 2, 4), None, None, [2, {}]),
        ((4, 6), (6,), None, [2, {}]),
    ]),
    "instanceNorm": (instance_norm, [
        ((2, 3, 2, 5), (5,), (5,), [{}]),
        ((3, 7, 1), None, None, [{"eps": 0.1}]),
        ((2, 2, 3, 2, 2), (2,), (2,), [{}]),
    ]),
    "layerNorm": (layer_norm, [
        ((3, 5), (5,), (5,), [5, {}]),
        ((2, 3, 2, 4), (3, 2, 4), (3, 2, 4), [[3, 2, 4], {"eps": 0.01}]),
        ((2, 3, 9), None, None, [[9], {}]),
        ((8,), (8,), None, [8, {}]),
    ]),
    "rmsNorm": (rms_norm, [
        ((3, 5), (5,), [5, {}]),
        ((2, 3, 2, 4), (2, 4), [[2, 4], {"eps": 0.5}]),
        ((2, 9), None, [9, {}]),
    ]),
    "normalize": (normalize, [
        ((3, 5), [{}]),
        ((2, 3, 4), [{"axis": 1}]),
        ((2, 3, 4), [{"p": 1}]),
        ((2, 5), [{"p": 3, "axis": 0}]),
        ((3, 4), [{"eps": 3}]),
        ((3, 4), [{"p": 1, "eps": 4.5}]),
    ]),
    "localResponseNorm": (local_response_norm, [
        ((2, 3, 2, 6), [3, {}]),
        ((2, 4, 5), [4, {"alpha": 2, "beta": 0.5, "k": 0.5}]),
        ((2, 2, 2, 3), [7, {"alpha": 1, "beta": 1, "k": 2}]),
        ((2, 4, 3), [1, {"alpha": 0.5, "beta": -0.5}]),
    ]),
}


def case(op, compute, shape, *rest):
    *vectors, args = rest
    name = f"{op} {shape} {vectors} {args}"
    draw = Inputs(name)
    shapes = {"x": shape, **dict(zip(["weight", "bias"], vectors))}
    inputs = {key: draw.variable(*size) for key, size in shapes.items() if size is not None}
    given = [inputs.get(key) for key in shapes]
    y = compute(*given, *args)
    dy = draw.tensor(*y.shape)
    y.backward(dy)
    return {**op_case(name, {key: (x, x.grad) for key, x in inputs.items()}, y, dy), "args": args}


if __name__ == "__main__":
    write(__file__, {op: [case(op, compute, *row) for row in rows] for op, (compute, rows) in CASES.items()})
