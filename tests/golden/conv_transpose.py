"""Transposed convolutions: what torch.nn.functional.conv_transpose1d, 2d and 3d give."""

from shared.cases import write
from shared.conv_op import conv_transpose


def conv_transpose1d_cases():
    return [
        conv_transpose("kernel 3", (2, 5, 3), 4, (3,)),
        conv_transpose("stride 2, output padding", (1, 4, 2), 3, (3,), (2,), (1,), (1,)),
        conv_transpose("stride beyond the kernel", (2, 3, 3), 2, (2,), (4,), (0,), (2,)),
        conv_transpose("dilated", (1, 6, 4), 6, (3,), (1,), (2,), dilation=(2,), groups=2),
        conv_transpose("depthwise", (1, 5, 7), 7, (4,), (2,), (1,), groups=7, bias=False),
    ]


def conv_transpose2d_cases():
    return [
        conv_transpose("1x1", (2, 3, 4, 3), 5, (1, 1)),
        conv_transpose("3x3", (1, 4, 5, 2), 3, (3, 3)),
        conv_transpose("3x3, padding 1", (1, 4, 5, 3), 2, (3, 3), padding=(1, 1), bias=False),
        conv_transpose("2x2, stride 2", (2, 3, 2, 4), 3, (2, 2), (2, 2)),
        conv_transpose("output padding 1", (1, 4, 3, 3), 4, (3, 3), (2, 2), (1, 1), (1, 1)),
        conv_transpose("4x4, stride 2, padding 1", (1, 3, 4, 2), 3, (4, 4), (2, 2), (1, 1)),
        conv_transpose("1x1, stride 3x2", (1, 2, 3, 3), 2, (1, 1), (3, 2), (0, 0), (2, 1)),
        conv_transpose("2x3, stride 1x3", (1, 3, 2, 2), 3, (2, 3), (1, 3), (1, 0), (0, 2)),
        conv_transpose(
            "output padding beyond the stride",
            (1, 3, 4, 2),
            2,
            (2, 3),
            (1, 2),
            (1, 2),
            (1, 1),
            dilation=(3, 2),
        ),
        conv_transpose("groups 2", (1, 3, 4, 4), 6, (3, 2), (2, 1), (1, 0), groups=2),
        conv_transpose("depthwise", (1, 4, 3, 5), 5, (3, 3), (2, 2), (1, 1), (1, 1), groups=5),
        conv_transpose("two outputs a channel", (2, 3, 3, 3), 6, (3, 3), (1, 1), (1, 1), groups=3),
    ]


def conv_transpose3d_cases():
    return [
        conv_transpose("2x2x2, stride 2", (1, 2, 3, 2, 3), 2, (2, 2, 2), (2, 2, 2)),
        conv_transpose("3x3x3, padding 1", (1, 3, 2, 4, 2), 3, (3, 3, 3), padding=(1, 1, 1)),
        conv_transpose(
            "strided, output padding",
            (2, 2, 3, 2, 2),
            2,
            (3, 2, 3),
            (2, 1, 3),
            (1, 0, 1),
            (1, 0, 2),
        ),
        conv_transpose("stride beyond the kernel", (1, 2, 2, 2, 3), 2, (1, 2, 1), (3, 3, 2)),
        conv_transpose(
            "dilated, groups 2",
            (1, 3, 2, 3, 4),
            4,
            (2, 2, 3),
            padding=(1, 0, 2),
            dilation=(2, 3, 1),
            groups=2,
            bias=False,
        ),
        conv_transpose("depthwise", (1, 2, 3, 3, 4), 4, (3, 3, 3), (2, 1, 2), (1, 1, 1), groups=4),
    ]


if __name__ == "__main__":
    write(
        __file__,
        {
            "convTranspose1d": conv_transpose1d_cases(),
            "convTranspose2d": conv_transpose2d_cases(),
            "convTranspose3d": conv_transpose3d_cases(),
        },
    )
