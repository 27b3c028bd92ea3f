"""Rows by their indices: torch.index_select, reshaped as the indices are."""

import torch

from shared.cases import Inputs, numbers, op_case, write


def gather(shape, indices_shape, axis):
    name = f"gather {shape} {indices_shape} {axis}"
    inputs = Inputs(name)
    x = inputs.variable(*shape)
    count = int(torch.tensor(indices_shape).prod())
    indices = inputs.labels(count, shape[axis])
    rows = x.index_select(axis, indices)
    before, after = rows.shape[:axis], rows.shape[axis:][1:]
    y = rows.reshape(*before, *indices_shape, *after)
    dy = inputs.tensor(*y.shape)
    y.backward(dy)
    case = op_case(name, {"x": (x, x.grad)}, y, dy)
    return {**case, "axis": axis, "indices": numbers(indices), "indicesShape": list(indices_shape)}


if __name__ == "__main__":
    cases = [
        gather((5, 3), (4,), 0),
        gather((5, 3), (2, 3), 0),
        gather((2, 4, 3), (6,), 1),
        gather((2, 3, 4), (2, 2), 2),
    ]
    write(__file__, {"gather": cases})
