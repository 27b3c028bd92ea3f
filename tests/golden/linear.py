"""Dense layers and products: what torch.nn.functional.linear and torch.matmul give."""

import torch.nn.functional as F

from shared.cases import Inputs, fields, write


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


def matmul(name, rows, inner, columns):
    inputs = Inputs(name)
    a = inputs.variable(rows, inner)
    b = inputs.variable(inner, columns)
    y = a @ b
    dy = inputs.tensor(*y.shape)
    y.backward(dy)
    return {
        "name": name,
        "aShape": [rows, inner],
        "bShape": [inner, columns],
        "yShape": [rows, columns],
        **fields(a=a, b=b, y=y, dy=dy, da=a.grad, db=b.grad),
    }


def matmul_cases():
    return [
        matmul("1 by 1", 1, 1, 1),
        matmul("a row", 1, 9, 5),
        matmul("a column", 6, 7, 1),
        matmul("odd sizes", 5, 11, 9),
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
