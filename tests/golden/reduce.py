"""Reductions over any axes; torch.amax and torch.amin for max and min, with equal values among the inputs."""

import torch

from shared.cases import Inputs, numbers, op_case, whole, write

SHAPES = [
    ((), {}),
    ((6,), {}),
    ((3, 4), {}),
    ((3, 4), {"axes": 0}),
    ((3, 4), {"axes": [-1], "keepDims": True}),
    ((2, 3, 4, 5), {"axes": [1, 2]}),
    ((2, 3, 4, 5), {"axes": [0, 2], "keepDims": True}),
    ((3, 4, 3, 2), {"axes": [-1, 1]}),
    ((1, 5, 1), {"axes": [0, 1]}),
]


def reduction(op, compute, shape, options):
    name = f"{op} {shape} {options}"
    inputs = Inputs(name)
    x = inputs.variable(*shape) if op in ("sum", "mean") else few(inputs, shape)
    axes = options.get("axes", list(range(len(shape))))
    y = compute(x, axes, options.get("keepDims", False))
    dy = inputs.tensor(*y.shape)
    y.backward(dy)
    return {**op_case(name, {"x": (x, x.grad)}, y, dy), "args": [options]}


def few(inputs, shape):
    """Of few values, so that many are equal."""
    return torch.round(inputs.tensor(*shape)).requires_grad_()


def place(op, compute, shape, options):
    name = f"{op} {shape} {options}"
    x = few(Inputs(name), shape)
    y = compute(x, options.get("axis"), options.get("keepDims", False))
    return {"name": name, "x": whole(x), "y": {"shape": list(y.shape), "data": numbers(y)}, "args": [options]}


def places(op, compute):
    cases = [((7,), {}), ((3, 4), {}), ((5, 9), {"axis": 1}), ((2, 7, 3), {"axis": -2, "keepDims": True})]
    return [place(op, compute, shape, options) for shape, options in cases]


def functions():
    computed = {
        "sum": lambda x, axes, keep: torch.sum(x, axes, keep),
        "mean": lambda x, axes, keep: torch.mean(x, axes, keep),
        "max": lambda x, axes, keep: torch.amax(x, axes, keep),
        "min": lambda x, axes, keep: torch.amin(x, axes, keep),
    }
    reductions = {
        op: [reduction(op, compute, shape, options) for shape, options in SHAPES]
        for op, compute in computed.items()
    }
    return {**reductions, "argmax": places("argmax", torch.argmax), "argmin": places("argmin", torch.argmin)}


if __name__ == "__main__":
    write(__file__, functions())
