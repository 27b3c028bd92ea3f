"""2-D convolutions: what torch.nn.functional.conv2d gives."""

from shared.cases import write
from shared.conv import conv


def conv2d_cases():
    return [
        conv("1x1", (2, 4, 5, 3), 4, (1, 1)),
        conv("1x1, stride 3 beyond the kernel", (1, 7, 8, 2), 3, (1, 1), stride=(3, 3)),
        conv("3x3", (1, 5, 5, 1), 1, (3, 3)),
        conv("3x3, batch 2, no bias", (2, 6, 5, 3), 5, (3, 3), bias=False),
        conv("3x3, padding 1, stride 2", (2, 7, 6, 4), 4, (3, 3), (2, 2), (1, 1, 1, 1)),
        conv("3x3, padding 2", (1, 4, 5, 2), 3, (3, 3), padding=(2, 2, 2, 2)),
        conv("3x3, dilation 2", (1, 7, 8, 2), 3, (3, 3), dilation=(2, 2)),
        conv("5x5, padding 2", (1, 6, 7, 2), 4, (5, 5), padding=(2, 2, 2, 2)),
        conv("2x3, stride 2x1, padding 1x0", (2, 5, 6, 3), 2, (2, 3), (2, 1), (1, 0, 1, 0)),
        conv("3x2, stride 1x3, dilation 1x2", (1, 6, 9, 2), 3, (3, 2), (1, 3), dilation=(1, 2)),
        conv("asymmetric padding", (1, 5, 4, 3), 2, (3, 3), (2, 1), (0, 1, 2, 3)),
        conv("same", (1, 5, 6, 2), 3, (3, 3), padding="same"),
        conv("same, even kernel, dilation 2x1", (1, 5, 6, 2), 3, (2, 4), None, "same", (2, 1)),
        conv("groups 2", (2, 5, 4, 6), 4, (3, 3), padding=(1, 1, 1, 1), groups=2),
        conv("groups 3, 1x1", (1, 3, 4, 9), 6, (1, 1), groups=3, bias=False),
        conv("depthwise", (1, 6, 5, 9), 9, (3, 3), (2, 2), (1, 1, 1, 1), groups=9),
        conv("depthwise, 2 outputs a channel", (2, 4, 4, 5), 10, (3, 3), groups=5),
        conv("kernel beyond the image", (2, 2, 3, 3), 4, (5, 5), padding=(2, 1, 2, 1)),
        conv("1x1 image, 3x3 kernel", (2, 1, 1, 7), 8, (3, 3), padding=(1, 1, 1, 1)),
        conv("8 to 9 channels", (1, 3, 3, 8), 9, (2, 2), bias=False),
    ]


if __name__ == "__main__":
    write(__file__, {"conv2d": conv2d_cases()})
