"""Softmax."""

import torch.nn.functional as F

from shared.cases import Inputs, fields, write
from shared.logits import logits_cases


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
    write(__file__, {"softmax": softmax_cases()})
