"""Reductions that are made of others, and softmax over any axis."""

import torch

from shared.cases import Inputs, op_case, write

SHAPE = (3, 4, 5)
AXES = [[0, 1, 2], [1], [0, 2], [2]]


def case(op, name, options, *arguments, **settings):
    x = Inputs(name).variable(*SHAPE)
    y = op(x, *arguments, **settings)
    dy = Inputs(f"{name} dy").tensor(*y.shape)
    y.backward(dy)
    return {**op_case(name, {"x": (x, x.grad)}, y, dy), "options": options}


def over_axes(op, name):
    return [case(op, f"{name} {axes}", {"axes": axes}, axes) for axes in AXES]


def over_axis(op, name):
    return [case(op, f"{name} {axis}", {"axis": axis}, axis) for axis in (0, 1, -1)]


def variances(op, name):
    return [
        case(op, f"{name} {axes} {c}", {"axes": axes, "correction": c}, axes, correction=c)
        for axes in AXES
        for c in (0, 1)
    ]


def norms():
    return [
        case(
            lambda x, p, axes: torch.linalg.vector_norm(x, p, axes),
            f"norm {p} {axes}",
            {"axes": axes, "p": p},
            p,
            axes,
        )
        for axes in AXES
        for p in (1, 2, 3)
    ]


if __name__ == "__main__":
    write(
        __file__,
        {
            "logSoftmax": over_axis(torch.log_softmax, "logSoftmax"),
            "logSumExp": over_axes(torch.logsumexp, "logSumExp"),
            "norm": norms(),
            "softmax": over_axis(torch.softmax, "softmax"),
            "std": variances(torch.std, "std"),
            "variance": variances(torch.var, "variance"),
        },
    )
