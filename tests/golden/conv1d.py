"""1-D convolutions: what torch.nn.functional.conv1d gives."""

from shared.cases import write
from shared.conv import conv


def conv1d_cases():
    return [
        conv("kernel 3", (2, 10, 1), 1, (3,)),
        conv("kernel 5, stride 2, padding 2", (2, 9, 3), 4, (5,), (2,), (2, 2)),
        conv("kernel 2, dilation 3, padding 1 and 2", (1, 8, 2), 3, (2,), None, (1, 2), (3,)),
        conv("same, kernel 4", (1, 7, 2), 5, (4,), padding="same", bias=False),
        conv("groups 2, stride 3 beyond the kernel", (2, 8, 4), 6, (2,), (3,), groups=2),
        conv("depthwise", (1, 6, 7), 7, (3,), padding=(1, 1), groups=7),
        conv("causal, kernel 3, dilation 2", (2, 7, 3), 4, (3,), padding=(4, 0), dilation=(2,)),
        conv("causal, kernel 4, stride 2, groups 2", (1, 6, 4), 2, (4,), (2,), (3, 0), groups=2),
    ]


if __name__ == "__main__":
    write(__file__, {"conv1d": conv1d_cases()})
