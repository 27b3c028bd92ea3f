"""3-D convolutions: what torch.nn.functional.conv3d gives."""

from shared.cases import write
from shared.conv_op import conv


def conv3d_cases():
    return [
        conv("1x1x1", (2, 2, 3, 2, 3), 4, (1, 1, 1)),
        conv("3x3x3", (1, 4, 5, 3, 2), 3, (3, 3, 3)),
        conv("3x3x3, padding 1", (2, 3, 3, 4, 2), 2, (3, 3, 3), padding=(1, 1, 1)),
        conv("2x3x1, strided", (1, 5, 6, 4, 3), 2, (2, 3, 1), (2, 1, 3), (1, 0, 2), bias=False),
        conv("dilated", (1, 5, 4, 6, 2), 3, (3, 2, 2), padding=(1, 0, 1), dilation=(2, 1, 3)),
        conv("groups 2", (1, 3, 4, 3, 4), 6, (2, 3, 2), padding=(0, 1, 1), groups=2),
        conv("depthwise", (1, 3, 4, 5, 5), 5, (3, 3, 3), (1, 2, 1), (1, 1, 1), groups=5),
        conv("a kernel deeper than the volume", (1, 2, 3, 3, 2), 3, (5, 2, 2), padding=(2, 0, 0)),
        conv("stride beyond the kernel", (1, 6, 4, 4, 2), 2, (1, 1, 1), (3, 2, 3)),
    ]


if __name__ == "__main__":
    write(__file__, {"conv3d": conv3d_cases()})
