"""Pictures made into inputs of models: Pillow resizes with antialias, PyTorch (as torchvision for tensors) without.

torchvision's `resize` of a picture is Pillow's `Image.resize`; that of a tensor of bytes is `interpolate` in float32,
rounded (and clamped, bicubic) by `_cast_squeeze_out`; `to_tensor` and `normalize` divide by 255, subtract and divide in
float32. Its centre crop pads a smaller picture with zeros.

    python3 tests/golden/preprocess.py       (needs Pillow, torch and numpy; writes preprocess.json beside it)
"""

import json
import random
from pathlib import Path

import numpy
import torch
from PIL import Image

PILLOW = {"bilinear": Image.BILINEAR, "bicubic": Image.BICUBIC, "nearest": Image.NEAREST}
# [height, width] of the picture, and of the result.
SIZES = [
    ((5, 7), (5, 7)),
    ((5, 7), (3, 4)),
    ((5, 7), (11, 9)),
    ((4, 6), (2, 12)),
    ((31, 9), (4, 1)),
    ((1, 1), (3, 2)),
    ((6, 23), (6, 5)),
    ((13, 4), (7, 4)),
    ((2, 3), (16, 20)),
]


def picture(name, height, width, channels):
    """Any bytes; every third picture has the extremes only, for sums that overshoot."""
    draw = random.Random(name)
    values = [draw.choice([0, 255]) if len(name) % 3 == 0 else draw.randrange(256) for _ in range(height * width * channels)]
    return numpy.array(values, dtype=numpy.uint8).reshape(height, width, channels)


def by_pillow(pixels, size, interpolation):
    height, width = size
    channels = [
        numpy.asarray(Image.fromarray(pixels[:, :, c]).resize((width, height), PILLOW[interpolation]))
        for c in range(pixels.shape[2])
    ]
    return numpy.stack(channels, axis=2)


def by_torch(pixels, size, interpolation):
    x = torch.tensor(pixels).permute(2, 0, 1)[None].float()
    corners = None if interpolation == "nearest" else False
    y = torch.nn.functional.interpolate(x, size=size, mode=interpolation, align_corners=corners)
    y = y.clamp(0, 255).round().to(torch.uint8)
    return y[0].permute(1, 2, 0).numpy()


def resize_case(image_size, size, interpolation, antialias):
    name = f"{list(image_size)} to {list(size)}, {interpolation}{', antialias' if antialias else ''}"
    pixels = picture(name, *image_size, 3)
    result = (by_pillow if antialias else by_torch)(pixels, size, interpolation)
    return {
        "name": name,
        "image": {"height": image_size[0], "width": image_size[1], "data": pixels.flatten().tolist()},
        "options": {"resize": list(size), "interpolation": interpolation, "antialias": antialias},
        "bytes": result.flatten().tolist(),
    }


def normalise_case(mean, std):
    """All bytes in all channels, as `to_tensor` and `normalize` make them float32."""
    pixels = numpy.repeat(numpy.arange(256, dtype=numpy.uint8), 3)
    x = torch.tensor(pixels).reshape(-1, 3).float().div(255)
    y = (x - torch.tensor(mean, dtype=torch.float32)) / torch.tensor(std, dtype=torch.float32)
    values = [float(str(value)) for value in y.numpy().flatten()]
    return {"name": f"mean {mean}, std {std}", "options": {"mean": mean, "std": std}, "values": values}


def gray_case():
    pixels = picture("gray", 6, 9, 3)
    result = numpy.asarray(Image.fromarray(pixels).convert("L"))
    return {
        "name": "gray",
        "image": {"height": 6, "width": 9, "data": pixels.flatten().tolist()},
        "options": {"channels": "gray"},
        "bytes": result.flatten().tolist(),
    }


if __name__ == "__main__":
    cases = {
        "resize": [
            resize_case(image, size, interpolation, antialias)
            for image, size in SIZES
            for interpolation in PILLOW
            for antialias in (True, False)
        ]
        + [gray_case()],
        "normalise": [
            normalise_case([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
            normalise_case([0.0, 0.5, 1.0], [1.0, 0.5, 2.0]),
        ],
    }
    Path(__file__).with_suffix(".json").write_text(json.dumps(cases, separators=(",", ":")) + "\n")
