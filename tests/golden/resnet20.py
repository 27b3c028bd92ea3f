"""One training step of ResNet-20 on CIFAR-10 from trained weights, for tests/formats/torch-resnet20.test.ts.

Reads ../shared/data, none of which is in the repository. Of every parameter and running statistic there are the norm and
the first values of its change, and the error of PyTorch's own float32 relative to that norm: the net is ill-conditioned.
"""

import gzip
import json
from pathlib import Path

import numpy
import torch
import torch.nn as nn
import torch.nn.functional as F

from shared.cases import fields, numbers, write

DATA = Path(__file__).parents[2] / "../shared/data"
WEIGHTS = DATA / "models/cifar-resnet20/resnet20-cifar10.safetensors"
IMAGES = DATA / "cifar10/train-000000-003999-lossless.bin.gz"
MEAN, STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
BATCH, FIRST = 16, 4


class Block(nn.Module):
    def __init__(self, inputs, channels, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, channels, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.zeros = (channels - inputs) // 2

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        zeros = self.zeros
        return F.relu(y + (F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, zeros, zeros)) if zeros else x))


class ResNet20(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        for i, (inputs, channels) in enumerate([(16, 16), (16, 32), (32, 64)]):
            blocks = [Block(inputs if j == 0 else channels, channels, 2 if i > 0 and j == 0 else 1) for j in range(3)]
            setattr(self, f"layer{i + 1}", nn.Sequential(*blocks))
        self.linear = nn.Linear(64, 10)

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        return self.linear(self.layer3(self.layer2(self.layer1(x))).mean((2, 3)))


def read_weights(file):
    length = int.from_bytes(file[:8], "little")
    header, body = json.loads(file[8 : 8 + length]), file[8 + length :]
    header.pop("__metadata__", None)
    return {
        name: torch.tensor(numpy.frombuffer(body[slice(*entry["data_offsets"])], "<f4")).reshape(entry["shape"])
        for name, entry in header.items()
    }


def read_images():
    rows = numpy.frombuffer(gzip.decompress(IMAGES.read_bytes()), numpy.uint8).reshape(-1, 3073)[:BATCH]
    pixels = torch.tensor(rows[:, 1:]).reshape(-1, 3, 32, 32) / 255
    mean, std = (torch.tensor(values).double().reshape(3, 1, 1) for values in (MEAN, STD))
    return (pixels.double() - mean) / std, torch.tensor(rows[:, 0]).long()


def step(dtype):
    """The loss, and the change of each tensor."""
    model = ResNet20().to(dtype)
    model.load_state_dict(read_weights(WEIGHTS.read_bytes()), strict=False)
    x, labels = read_images()
    labels = (labels + 1) % 10  # Wrong ones: with its own the trained net has gradients near 0.
    before = {name: value.clone() for name, value in model.state_dict().items()}
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, weight_decay=1e-4)
    loss = F.cross_entropy(model(x.to(dtype)), labels)
    loss.backward()
    optimizer.step()
    after = model.state_dict()
    names = [name for name in after if not name.endswith("num_batches_tracked")]
    return loss, {name: (after[name] - before[name]).double() for name in names}


def cases():
    loss, changes = step(torch.float64)
    _, rounded = step(torch.float32)
    yield {"name": "loss", **fields(first=loss), "norm": numbers(loss)[0], "error": 1e-6}
    for name, change in changes.items():
        error = (rounded[name] - change).norm() / change.norm()
        sizes = {"norm": numbers(change.norm())[0], "error": float(f"{error:.1e}")}
        yield {"name": name, **fields(first=change.flatten()[:FIRST]), **sizes}


if __name__ == "__main__":
    write(__file__, {"step": list(cases())})
