"""Concatenation: what torch.cat gives."""

import torch

from shared.cases import Inputs, op_case, write


def concat(axis, *shapes):
    name = f"{shapes} along {axis}"
    inputs = Inputs(f"concat {name}")
    xs = [inputs.variable(*shape) for shape in shapes]
    y = torch.cat(xs, axis)
    dy = inputs.tensor(*y.shape)
    y.backward(dy)
    case = op_case(name, {f"x{i}": (x, x.grad) for i, x in enumerate(xs)}, y, dy)
    return {**case, "axis": axis}


def concat_cases():
    return [
        concat(0, (3,), (5,)),
        concat(1, (2, 3), (2, 1), (2, 6)),
        concat(0, (2, 3), (1, 3)),
        concat(-1, (1, 2, 2, 3), (1, 2, 2, 5)),
        concat(-2, (2, 3, 2), (2, 1, 2)),
    ]


if __name__ == "__main__":
    write(__file__, {"concat": concat_cases()})
