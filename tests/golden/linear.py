"""Dense layers and products: what torch.nn.functional.linear and torch.matmul give."""

import torch.nn.functional as F

from shared.cases import Inputs, fields, op_case, write


def linear(name, rows, in_features, out_features, bias=True):
    inputs = Inputs(name)
    x = inputs.variable(rows, in_features)
    w = inputs.variable(out_features, in_features)
    b = inputs.variable(out_features) if bias else None
    y = F.linear(x, w, b)
    dy = inputs.tensor(*y.shape)
    y.backward(dy)
    return {
        "name": name,
        "rows": rows,
        "inFeatures": in_features,
        "outFeatures": out_features,
        **fields(x=x, w=w.T, b=b, y=y, dy=dy),
        **fields(dx=x.grad, dw=w.grad.T, db=b.grad if bias else None),
    }


def matmul(a_shape, b_shape, transpose_a=False, transpose_b=False):
    name = f"{a_shape} {b_shape} {transpose_a} {transpose_b}"
    inputs = Inputs(name)
    a, b = inputs.variable(*a_shape), inputs.variable(*b_shape)
    y = (a.mT if transpose_a else a) @ (b.mT if transpose_b else b)
    dy = inputs.tensor(*y.shape)
    y.backward(dy)
    case = op_case(name, {"a": (a, a.grad), "b": (b, b.grad)}, y, dy)
    return {**case, "options": {"transposeA": transpose_a, "transposeB": transpose_b}}


def turned(shape):
    return (*shape[:-2], shape[-1], shape[-2])


def matmul_cases():
    return [
        matmul((1, 1), (1, 1)),
        matmul((1, 9), (9, 5)),
        matmul((6, 7), (7, 1)),
        matmul((5, 11), (11, 9)),
        matmul((4,), (4,)),
        matmul((4,), (4, 3)),
        matmul((2, 4), (4,)),
        matmul((3, 2, 4), (4,)),
        matmul((4,), (3, 4, 2)),
        matmul((3, 2, 4), (4, 5)),
        matmul((3, 2, 4), (3, 4, 5)),
        matmul((2, 4), (3, 4, 2)),
        matmul((2, 1, 2, 3), (3, 3, 2)),
        matmul((1, 3, 2, 2), (2, 1, 2, 3)),
        *(
            matmul(turned(a) if ta else a, turned(b) if tb else b, ta, tb)
            for a, b in [((5, 4), (4, 3)), ((2, 2, 3), (2, 3, 4)), ((3, 2), (2, 2, 3))]
            for ta, tb in [(True, False), (False, True), (True, True)]
        ),
    ]


def linear_cases():
    return [
        linear("1 by 1", 1, 1, 1),
        linear("one row", 1, 9, 4),
        linear("one output", 5, 7, 1),
        linear("more in than out", 6, 13, 5),
        linear("more out than in, no bias", 3, 4, 17, bias=False),
        linear("multiples of 4", 4, 8, 16),
    ]


if __name__ == "__main__":
    write(__file__, {"linear": linear_cases(), "matmul": matmul_cases()})
