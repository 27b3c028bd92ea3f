"""Unary functions."""

import torch
import torch.nn.functional as F

from shared.cases import Inputs, fields, numbers, variable, write

AWKWARD = [0, 1e-30, 1e-6, 0.015625, 0.5, 1, 4, 8, 16, 20, 60, 88, 100, 10000]


def hard_sigmoid(x):
    """F.hardsigmoid in float64: PyTorch's gradient has 1/6 as a float32."""
    return F.relu6(x + 3) / 6


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


def positive_cases(op, key, least=0):
    """Those of a function that is not defined at 0 or below, or not differentiable there."""
    drawn = [abs(value) + 0.125 for value in numbers(Inputs("activation").tensor(37) * 4)]
    return [
        activation(op, key, "drawn", drawn, {}),
        activation(op, key, "awkward", [value for value in AWKWARD if value > least], {}),
    ]


def small_cases(op, key):
    """Those of a function that overflows."""
    return [
        activation(op, key, "drawn", numbers(Inputs("activation").tensor(37) * 4), {}),
        activation(op, key, "awkward", [value for value in AWKWARD if value <= 88], {}),
    ]


def gelu(x, approximate):
    return F.gelu(x, approximate=approximate)


def functions():
    return {
        "abs": kinked_cases(torch.abs, "abs"),
        "ceil": activation_cases(torch.ceil, "ceil"),
        "celu": [
            *kinked_cases(F.celu, "celu", alpha=1.0),
            *kinked_cases(F.celu, "celu", alpha=0.25),
        ],
        "cos": activation_cases(torch.cos, "cos"),
        "erf": activation_cases(torch.erf, "erf"),
        "floor": activation_cases(torch.floor, "floor"),
        "hardShrink": activation_cases(F.hardshrink, "hardShrink", **{"lambda": 0.25}),
        "hardSigmoid": kinked_cases(hard_sigmoid, "hardSigmoid"),
        "log1p": positive_cases(torch.log1p, "log1p"),
        "logSigmoid": activation_cases(F.logsigmoid, "logSigmoid"),
        "mish": activation_cases(F.mish, "mish"),
        "reciprocal": positive_cases(torch.reciprocal, "reciprocal", least=1e-20),
        "round": activation_cases(torch.round, "round"),
        "rsqrt": positive_cases(torch.rsqrt, "rsqrt", least=1e-20),
        "selu": kinked_cases(F.selu, "selu"),
        "sign": kinked_cases(torch.sign, "sign"),
        "sin": activation_cases(torch.sin, "sin"),
        "softsign": activation_cases(F.softsign, "softsign"),
        "threshold": kinked_cases(F.threshold, "threshold", threshold=0.5, value=2.0),
        "expm1": small_cases(torch.expm1, "expm1"),
        "exp": small_cases(torch.exp, "exp"),
        "log": positive_cases(torch.log, "log"),
        "neg": activation_cases(torch.neg, "neg"),
        "sqrt": positive_cases(torch.sqrt, "sqrt"),
        "square": activation_cases(torch.square, "square"),
        "relu": kinked_cases(torch.relu, "relu"),
        "relu6": kinked_cases(F.relu6, "relu6"),
        "clip": kinked_cases(torch.clamp, "clip", min=-2.5, max=4.25),
        "hardtanh": kinked_cases(F.hardtanh, "hardtanh", min=-2.5, max=4.25),
        "leakyRelu": kinked_cases(F.leaky_relu, "leakyRelu", slope=0.125),
        "elu": [
            *kinked_cases(F.elu, "elu", alpha=1.0),
            *kinked_cases(F.elu, "elu", alpha=0.25),
        ],
        "gelu": [
            *activation_cases(gelu, "gelu", approximate="none"),
            *activation_cases(gelu, "gelu", approximate="tanh"),
        ],
        "softplus": [
            *kinked_cases(F.softplus, "softplus", beta=1.0, threshold=20.0),
            *kinked_cases(F.softplus, "softplus", beta=0.5, threshold=1.0),
        ],
        "silu": activation_cases(F.silu, "silu"),
        "hardSwish": kinked_cases(F.hardswish, "hardSwish"),
        "sigmoid": activation_cases(torch.sigmoid, "sigmoid"),
        "tanh": activation_cases(torch.tanh, "tanh"),
    }


if __name__ == "__main__":
    write(__file__, functions())
