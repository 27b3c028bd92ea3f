"""Resizing of signals, pictures and volumes in every mode."""

import torch.nn.functional as F

from shared.cases import Inputs, channels_last, op_case, write

SIGNAL, PICTURE, VOLUME = (2, 5, 3), (2, 4, 5, 3), (1, 3, 4, 2, 2)
CASES = [
    (SIGNAL, {"scaleFactor": 2}),
    (PICTURE, {"scaleFactor": 2}),
    (PICTURE, {"size": [7, 3]}),
    (PICTURE, {"scaleFactor": [1.6, 0.7]}),
    (VOLUME, {"size": [5, 2, 3]}),
    (PICTURE, {"size": [7, 3], "mode": "nearest-exact"}),
    (PICTURE, {"scaleFactor": 2, "mode": "nearest-exact"}),
    (SIGNAL, {"size": 8, "mode": "linear"}),
    (SIGNAL, {"size": 3, "mode": "linear", "alignCorners": True}),
    (PICTURE, {"scaleFactor": 2, "mode": "bilinear"}),
    (PICTURE, {"size": [9, 3], "mode": "bilinear", "alignCorners": True}),
    (PICTURE, {"size": [1, 2], "mode": "bilinear", "alignCorners": True}),
    (PICTURE, {"size": [1, 4], "mode": "bilinear"}),
    (PICTURE, {"scaleFactor": [1.3, 0.6], "mode": "bilinear"}),
    (PICTURE, {"size": [2, 3], "mode": "bilinear", "antialias": True}),
    (VOLUME, {"scaleFactor": [2, 1, 1.5], "mode": "trilinear"}),
    (VOLUME, {"size": [2, 6, 3], "mode": "trilinear", "alignCorners": True}),
    (PICTURE, {"scaleFactor": 2, "mode": "bicubic"}),
    (PICTURE, {"size": [7, 3], "mode": "bicubic", "alignCorners": True}),
    (PICTURE, {"size": [3, 9], "mode": "bicubic"}),
    (PICTURE, {"size": [2, 7], "mode": "bicubic", "antialias": True}),
    (SIGNAL, {"size": 3, "mode": "area"}),
    (PICTURE, {"size": [3, 7], "mode": "area"}),
    (VOLUME, {"size": [2, 2, 1], "mode": "area"}),
]


def case(shape, options):
    name = f"{shape} {options}"
    draw = Inputs(name)
    x = draw.variable(*shape)
    size, scale = options.get("size"), options.get("scaleFactor")
    mode = options.get("mode", "nearest")
    y = channels_last(F.interpolate(
        x.movedim(-1, 1),
        size=size,
        scale_factor=scale,
        mode=mode,
        align_corners=None if mode.startswith("nearest") or mode == "area" else options.get("alignCorners", False),
        antialias=options.get("antialias", False),
    ))
    dy = draw.tensor(*y.shape)
    y.backward(dy)
    return {**op_case(name, {"x": (x, x.grad)}, y, dy), "args": [options]}


if __name__ == "__main__":
    write(__file__, {"interpolate": [case(*row) for row in CASES]})
