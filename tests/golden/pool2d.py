"""2-D pools."""

import torch
import torch.nn.functional as F

from shared.cases import Inputs, channels_last, op_case, write
from shared.pool import avg_pool, max_pool


def max_pool2d_cases():
    one = (1, 1, 1, 1)
    return [
        max_pool("2x2", (2, 4, 6, 3), (2, 2)),
        max_pool("3x3, stride 1", (1, 5, 6, 2), (3, 3), (1, 1)),
        max_pool("3x3, stride 2, padding 1", (2, 7, 6, 5), (3, 3), (2, 2), one),
        max_pool("2x3, stride 3x1, padding 0x1", (1, 6, 5, 4), (2, 3), (3, 1), (0, 1, 0, 1)),
        max_pool("dilation 2", (1, 7, 8, 3), (3, 2), (1, 2), None, (2, 2)),
        max_pool("ceil mode", (1, 6, 8, 2), (3, 3), (2, 2), ceil=True),
        max_pool("ceil mode, dropped window", (1, 5, 7, 2), (2, 2), (3, 3), one, ceil=True),
        max_pool("asymmetric padding", (1, 5, 4, 3), (3, 3), (2, 2), (0, 1, 1, 0)),
        max_pool("padding above half", (1, 4, 5, 2), (3, 4), (1, 2), (2, 3, 2, 3)),
        max_pool("ties", (1, 5, 5, 2), (3, 3), (1, 1), one, values=torch.round),
        max_pool("all equal", (1, 4, 4, 1), (2, 2), (1, 1), values=torch.zeros_like),
        max_pool("all negative", (1, 4, 4, 3), (3, 3), (1, 1), one, values=lambda x: x - 3),
    ]


def avg_pool2d_cases():
    one, uncounted = (1, 1, 1, 1), {"count_include_pad": False}
    return [
        avg_pool("2x2", (2, 4, 6, 3), (2, 2)),
        avg_pool("3x2, stride 1x2", (1, 5, 6, 5), (3, 2), (1, 2)),
        avg_pool("padding", (2, 5, 6, 2), (3, 3), (2, 2), one),
        avg_pool("padding, not counted", (2, 5, 6, 2), (3, 3), (2, 2), one, **uncounted),
        avg_pool("ceil mode", (1, 6, 8, 3), (3, 3), (2, 2), ceil=True),
        avg_pool("ceil mode, padding", (1, 6, 5, 2), (3, 3), (3, 3), one, True),
        avg_pool("ceil mode, not counted", (1, 6, 5, 2), (3, 3), (3, 3), one, True, **uncounted),
        avg_pool("asymmetric padding", (1, 5, 4, 3), (3, 3), (2, 1), (0, 2, 1, 1)),
        avg_pool("padding above half", (1, 4, 5, 2), (3, 4), (1, 2), (2, 3, 2, 3)),
        avg_pool("above half, not counted", (1, 4, 5, 2), (3, 4), (1, 2), (2, 3, 2, 3), **uncounted),
    ]


def global_avg_pool(*x):
    """x is (batch, height, width, channels)."""
    batch, height, width, channels = x
    inputs = Inputs(f"global average pool {x}")
    x = inputs.variable(batch, channels, height, width)
    y = F.adaptive_avg_pool2d(x, 1).flatten(1)
    dy = inputs.tensor(*y.shape)
    y.backward(dy)
    name = f"{batch} of {height}x{width}x{channels}"
    return op_case(name, {"x": (channels_last(x), channels_last(x.grad))}, y, dy)


def global_avg_pool2d_cases():
    return [
        global_avg_pool(1, 1, 1, 3),
        global_avg_pool(2, 3, 5, 7),
        global_avg_pool(1, 7, 7, 20),
    ]


if __name__ == "__main__":
    pools = {"maxPool2d": max_pool2d_cases(), "avgPool2d": avg_pool2d_cases()}
    write(__file__, {**pools, "globalAvgPool2d": global_avg_pool2d_cases()})
