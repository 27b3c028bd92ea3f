"""The logits that softmax and the losses get."""

from shared.cases import Inputs, variable


def logits_cases():
    return [
        ("drawn", Inputs("logits").variable(5, 7)),
        ("two classes", Inputs("two logits").variable(6, 2)),
        ("one class", Inputs("one logit").variable(3, 1)),
        ("equal", variable([[0] * 5, [3] * 5, [-10000] * 5, [10000] * 5])),
        ("extreme", variable([[1e4, -1e4, 0], [-1e4, 0, -1e4], [0, 1, 1e4], [1e4, 1e4, -1e4]])),
    ]
