"""Batch normalization: three steps of training, with all gradients and the running statistics, then evaluation."""

import torch
import torch.nn.functional as F

from shared.cases import Inputs, channels_last, fields, write

SETTINGS = {
    "rows": {"shape": (5, 3)},
    "signals": {"shape": (2, 4, 5), "momentum": 0.3},
    "pictures": {"shape": (2, 4, 3, 2), "eps": 1e-3},
    "without weight and bias": {"shape": (4, 2, 2, 2), "affine": False},
    "many rows of one channel": {"shape": (40, 1, 3, 3), "momentum": 1},
}


def batch_norm(name, shape, momentum=0.1, eps=1e-5, affine=True):
    """shape: PyTorch's, [N, channels, ...]."""
    draw = Inputs(f"batch norm {name}")
    channels = shape[1]
    mean, var = torch.zeros(channels).double(), torch.ones(channels).double()
    weight = draw.variable(channels) if affine else None
    bias = draw.variable(channels) if affine else None
    steps = []
    for training in [True, True, True, False]:
        x = draw.variable(*shape)
        y = F.batch_norm(x, mean, var, weight, bias, training, momentum, eps)
        dy = draw.tensor(*shape)
        y.backward(dy)
        steps.append({
            "training": training,
            **fields(x=channels_last(x), y=channels_last(y), dy=channels_last(dy), dx=channels_last(x.grad)),
            **fields(dw=weight.grad if affine else None, db=bias.grad if affine else None),
            **fields(runningMean=mean, runningVar=var),
        })
        for parameter in [weight, bias] if affine else []:
            parameter.grad = None
    sizes = {"shape": [shape[0], *shape[2:], channels], "momentum": momentum, "eps": eps}
    return {"name": name, **sizes, **fields(weight=weight, bias=bias), "steps": steps}


if __name__ == "__main__":
    write(__file__, {"batchNorm": [batch_norm(name, **case) for name, case in SETTINGS.items()]})
