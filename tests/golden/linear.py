"""Dense layers: what torch.nn.functional.linear gives."""

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
    write(__file__, {"linear": linear_cases()})
