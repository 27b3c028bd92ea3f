"""Losses: cross-entropy of logits and mean squared error."""

import torch
import torch.nn.functional as F

from shared.cases import Inputs, fields, write
from shared.logits import logits_cases


def cross_entropy(name, logits, reduction, smoothing=0, weight=None, ignore=None, labels=None):
    inputs = Inputs(f"cross entropy {name}")
    rows, classes = logits.shape
    labels = inputs.labels(rows, classes) if labels is None else torch.tensor(labels)
    loss = F.cross_entropy(
        logits,
        labels,
        weight=None if weight is None else torch.tensor(weight, dtype=torch.float64),
        ignore_index=-100 if ignore is None else ignore,
        reduction=reduction,
        label_smoothing=smoothing,
    )
    options = {"labelSmoothing": smoothing, "weight": weight, "ignoreIndex": ignore}
    upstream = inputs.tensor(*loss.shape)
    loss.backward(upstream)
    return {
        "name": f"{name}, {reduction}",
        "rows": rows,
        "classes": classes,
        "reduction": reduction,
        "options": {key: value for key, value in options.items() if value},
        **fields(logits=logits, labels=labels, loss=loss, dLoss=upstream, dLogits=logits.grad),
    }


def cross_entropy_cases():
    reductions = ("mean", "sum", "none")
    plain = [
        cross_entropy(name, logits, reduction)
        for reduction in reductions
        for name, logits in logits_cases()
    ]
    weight = [0.5, 2, 0, 1, 1, 3, 0.25]
    rules = {
        "smoothing": {"smoothing": 0.125},
        "weights": {"weight": weight},
        "ignored": {"labels": [0, -100, 3, -100, 6]},
        "another ignored": {"ignore": 3, "labels": [0, 3, 3, 5, 6]},
        "smoothing and weights": {"smoothing": 0.25, "weight": weight},
        "smoothing and ignored": {"smoothing": 0.5, "labels": [1, -100, 3, -100, 6]},
        "all": {"smoothing": 0.125, "weight": weight, "ignore": 9, "labels": [1, 9, 3, 5, 6]},
    }
    return plain + [
        cross_entropy(name, Inputs("logits").variable(5, 7), reduction, **rule)
        for reduction in reductions
        for name, rule in rules.items()
    ]


def mse(size, reduction):
    name = f"{size} elements, {reduction}"
    inputs = Inputs(f"mse {name}")
    x, target = inputs.variable(size), inputs.tensor(size)
    loss = F.mse_loss(x, target, reduction=reduction)
    upstream = inputs.tensor(*loss.shape)
    loss.backward(upstream)
    return {
        "name": name,
        "reduction": reduction,
        **fields(x=x, target=target, loss=loss, dLoss=upstream, dx=x.grad),
    }


def mse_cases():
    return [mse(size, reduction) for reduction in ("mean", "sum", "none") for size in (1, 18)]


if __name__ == "__main__":
    write(__file__, {"crossEntropy": cross_entropy_cases(), "mse": mse_cases()})
