"""By index: torch's index_select, gather, scatter_add, embedding and topk."""

import torch
import torch.nn.functional as F

from shared.cases import Inputs, numbers, op_case, variable, write


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


def by_index(op, compute, limit, indices_shape, *shapes, **args):
    """compute takes the indices, which are below the limit, and a variable of each shape."""
    name = " ".join(str(part) for part in (op, indices_shape, *shapes, *args.values()))
    inputs = Inputs(name)
    indices = inputs.labels(int(torch.tensor(indices_shape).prod()), limit).reshape(indices_shape)
    xs = [inputs.variable(*shape) for shape in shapes]
    y = compute(indices, *xs, *args.values())
    dy = inputs.tensor(*y.shape)
    y.backward(dy)
    case = op_case(name, {f"x{i}": (x, x.grad) for i, x in enumerate(xs)}, y, dy)
    return {**case, **args, "indices": numbers(indices), "indicesShape": list(indices_shape)}


def take_along_axis(shape, indices_shape, axis):
    def compute(indices, x, axis):
        return x.gather(axis, indices)

    limit = shape[axis]
    return by_index("takeAlongAxis", compute, limit, indices_shape, shape, axis=axis)


def scatter_add(shape, indices_shape, axis):
    def compute(indices, x, source, axis):
        return x.scatter_add(axis, indices, source)

    limit = shape[axis]
    return by_index("scatterAdd", compute, limit, indices_shape, shape, indices_shape, axis=axis)


def embedding(shape, indices_shape, padding):
    return by_index("embedding", F.embedding, shape[0], indices_shape, shape, paddingIdx=padding)


def topk(shape, k, axis, largest):
    name = f"topk {shape} {k} {axis} {largest}"
    inputs = Inputs(name)
    distinct = inputs.random.sample(range(-128, 129), torch.Size(shape).numel())
    x = variable([value / 64 for value in distinct]).detach().reshape(shape).requires_grad_()
    values, indices = x.topk(k, axis, largest)
    dy = inputs.tensor(*values.shape)
    values.backward(dy)
    case = op_case(name, {"x": (x, x.grad)}, values, dy)
    return {**case, "k": k, "axis": axis, "largest": largest, "indices": numbers(indices)}


if __name__ == "__main__":
    cases = {
        "gather": [
            gather((5, 3), (4,), 0),
            gather((5, 3), (2, 3), 0),
            gather((2, 4, 3), (6,), 1),
            gather((2, 3, 4), (2, 2), 2),
        ],
        "takeAlongAxis": [
            take_along_axis((5,), (7,), 0),
            take_along_axis((2, 4, 3), (2, 2, 3), 1),
            take_along_axis((2, 3, 4), (2, 3, 5), -1),
        ],
        "scatterAdd": [
            scatter_add((5,), (7,), 0),
            scatter_add((2, 4, 3), (2, 2, 3), 1),
            scatter_add((2, 3, 4), (2, 3, 5), -1),
        ],
        "embedding": [
            embedding((5, 3), (4,), None),
            embedding((4, 3), (2, 5), 1),
        ],
        "topk": [
            topk((7,), 3, 0, True),
            topk((3, 9), 2, -1, False),
            topk((2, 5, 3), 5, 1, True),
        ],
    }
    write(__file__, cases)
