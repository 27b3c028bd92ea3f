"""1-D pools."""

from shared.cases import write
from shared.pool import avg_pool, max_pool


def max_pool1d_cases():
    return [
        max_pool("kernel 3", (2, 10, 1), (3,)),
        max_pool("kernel 3, stride 1, padding 1", (1, 8, 5), (3,), (1,), (1, 1)),
        max_pool("dilation 2, stride 3, ceil mode", (2, 9, 2), (2,), (3,), None, (2,), True),
        max_pool("padding 2 and 0", (1, 6, 3), (3,), (2,), (2, 0)),
        max_pool("padding above half", (1, 6, 3), (4,), (2,), (3, 3)),
    ]


def avg_pool1d_cases():
    return [
        avg_pool("kernel 2", (2, 8, 3), (2,)),
        avg_pool("padding, not counted", (1, 8, 5), (3,), (2,), (1, 1), count_include_pad=False),
        avg_pool("ceil mode, padding 2", (2, 7, 2), (4,), (3,), (2, 2), True),
        avg_pool("above half, not counted", (2, 7, 2), (4,), (3,), (3, 3), count_include_pad=False),
    ]


if __name__ == "__main__":
    write(__file__, {"maxPool1d": max_pool1d_cases(), "avgPool1d": avg_pool1d_cases()})
