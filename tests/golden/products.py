"""Products and running sums."""

import torch

from shared.cases import Inputs, op_case, write

SHAPE = (3, 4, 5)


def case(op, name, options):
    x = Inputs(name).variable(*SHAPE)
    with torch.no_grad():
        x[0, 1, 2] = x[2, 3, 4] = 0
    y = op(x)
    dy = Inputs(f"{name} dy").tensor(*y.shape)
    y.backward(dy)
    return {**op_case(name, {"x": (x, x.grad)}, y, dy), "options": options}


def product(axes):
    def op(x):
        for axis in sorted(axes, reverse=True):
            x = torch.prod(x, axis)
        return x

    return case(op, f"prod {axes}", {"axes": axes})


def running(axis):
    return case(lambda x: torch.cumsum(x, axis), f"cumsum {axis}", {"axis": axis})


if __name__ == "__main__":
    write(
        __file__,
        {
            "cumsum": [running(axis) for axis in (0, 1, -1)],
            "prod": [product(axes) for axes in ([0, 1, 2], [1], [0, 2], [2])],
        },
    )
