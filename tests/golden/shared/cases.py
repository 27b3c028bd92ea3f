"""Inputs and results as numbers: what all scripts of golden values share.

    python3 tests/golden/conv2d.py       (needs torch and numpy; writes conv2d.json beside it)

PyTorch computes in float64; every number is then rounded to the shortest text that reads back as
the same float32. Inputs are drawn multiples of 1/64, from a generator seeded with the name of the
case, or awkward values: adding a case changes no other, and a second run writes the same bytes.

Layouts: activations NHWC / NLC, convolution weights [kernel..., inChannels / groups, outChannels],
dense weights [inFeatures, outFeatures]. d<name> is the gradient of <name>; gradients of outputs are
inputs here.
"""

import json
import random
from pathlib import Path

import numpy
import torch


class Inputs:
    """Draws the inputs of one case."""

    def __init__(self, name):
        self.random = random.Random(name)

    def tensor(self, *shape):
        """Multiples of 1/64 in [-2, 2]."""
        size = numpy.prod(shape, dtype=int)
        values = [self.random.randint(-128, 128) / 64 for _ in range(size)]
        return torch.tensor(values, dtype=torch.float64).reshape(shape)

    def variable(self, *shape):
        return self.tensor(*shape).requires_grad_()

    def labels(self, rows, classes):
        return torch.tensor([self.random.randrange(classes) for _ in range(rows)])


def variable(values):
    return torch.tensor(values, dtype=torch.float64, requires_grad=True)


def numbers(tensor):
    """The elements in row-major order: integers as they are, floats as shortest float32."""
    values = tensor.detach().flatten()
    if values.dtype == torch.int64:
        return values.tolist()
    return [float(str(numpy.float32(value))) for value in values.tolist()]


def fields(**tensors):
    """The numbers of each tensor under its name."""
    return {key: None if value is None else numbers(value) for key, value in tensors.items()}


def channels_last(tensor):
    return tensor.movedim(1, -1)


def shape_and_numbers(key, tensor):
    return {f"{key}Shape": list(tensor.shape), key: numbers(tensor)}


def op_case(name, inputs, output, gradient):
    """inputs: their tensors in our layout, by name; each has its gradient already."""
    return {
        "name": name,
        "inputs": [
            {"name": key, **whole(x), "gradient": numbers(x_gradient)}
            for key, (x, x_gradient) in inputs.items()
        ],
        "output": {**whole(output), "gradient": numbers(gradient)},
    }


def whole(tensor):
    return {"shape": list(tensor.shape), "data": numbers(tensor)}


def write(script, cases_by_op):
    """Writes the values of a script beside it, one case a line."""
    ops = []
    for op, cases in cases_by_op.items():
        lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
        ops.append(f'"{op}": [\n{lines}\n]')
    Path(script).with_suffix(".json").write_text("{\n" + ",\n".join(ops) + "\n}\n")
