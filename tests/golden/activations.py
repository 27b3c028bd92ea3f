"""Activations and softmax."""

import torch
import torch.nn.functional as F

from shared.cases import Inputs, fields, numbers, variable, write
from shared.logits import logits_cases

AWKWARD = [0, 1e-30, 1e-6, 0.015625, 0.5, 1, 4, 8, 16, 20, 60, 88, 100, 10000]


def activation(op, key, name, values, options):
    """options maps our names to the values that op takes."""
    x = variable(values)
    dy = Inputs(f"{key} {name}").tensor(*x.shape)
    y = op(x, *options.values())
    y.backward(dy)
    case = {"name": name, "options": options} if options else {"name": name}
    return {**case, **fields(x=x, y=y, dy=dy, dx=x.grad)}


def kinked_cases(op, key, **options):
    """Those of a function with kinks, and its values at them."""
    kinks = activation(op, key, "kinks", [*options.values(), 0, -1, 1, 6], options)
    return [*activation_cases(op, key, **options), kinks]


def activation_cases(op, key, **options):
    return [
        activation(op, key, "drawn", numbers(Inputs("activation").tensor(37) * 4), options),
        activation(op, key, "awkward", AWKWARD + [-value for value in AWKWARD], options),
    ]


def activations():
    return {
        "relu": kinked_cases(torch.relu, "relu"),
        "relu6": kinked_cases(F.relu6, "relu6"),
        "clip": kinked_cases(torch.clamp, "clip", min=-2.5, max=4.25),
        "hardtanh": kinked_cases(F.hardtanh, "hardtanh", min=-2.5, max=4.25),
        "leakyRelu": kinked_cases(F.leaky_relu, "leakyRelu", slope=0.125),
        "silu": activation_cases(F.silu, "silu"),
        "hardSwish": kinked_cases(F.hardswish, "hardSwish"),
        "sigmoid": activation_cases(torch.sigmoid, "sigmoid"),
        "tanh": activation_cases(torch.tanh, "tanh"),
    }


def softmax(name, x):
    rows, classes = x.shape
    y = F.softmax(x, 1)
    dy = Inputs(f"softmax {name}").tensor(rows, classes)
    y.backward(dy)
    sizes = {"rows": rows, "classes": classes}
    return {"name": name, **sizes, **fields(x=x, y=y, dy=dy, dx=x.grad)}


def softmax_cases():
    return [softmax(name, x) for name, x in logits_cases()]


if __name__ == "__main__":
    write(__file__, {**activations(), "softmax": softmax_cases()})
