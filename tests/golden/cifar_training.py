"""Losses of 100 steps on CIFAR-10, of SGD and of Adam, from PyTorch's initial weights, for tests/training/cifar.test.ts.

Reads ../shared/data, none of which is in the repository. The test draws the weights as PyTorch does: there are the first of
each tensor to compare. `drift` is how far PyTorch's own float32 is from its float64, relative, after each step.
"""

import gzip
from pathlib import Path

import numpy
import torch
import torch.nn as nn
import torch.nn.functional as F

from shared.cases import numbers, write

IMAGES = Path(__file__).parents[2] / "../shared/data/cifar10/train-000000-003999-lossless.bin.gz"
BATCH, STEPS, SEED, FIRST = 32, 100, 7, 3
OPTIMIZERS = {
    "SGD": lambda parameters: torch.optim.SGD(parameters, lr=0.01, momentum=0.9),
    "Adam": lambda parameters: torch.optim.Adam(parameters, lr=1e-3),
}


def network():
    torch.manual_seed(SEED)
    channels = [3, 32, 64, 128]
    layers = []
    for inputs, outputs in zip(channels, channels[1:]):
        layers += [nn.Conv2d(inputs, outputs, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(2048, 128), nn.ReLU(), nn.Linear(128, 10))


def losses(name, dtype):
    rows = numpy.frombuffer(gzip.decompress(IMAGES.read_bytes()), numpy.uint8).reshape(-1, 3073)
    images = torch.tensor(rows[:, 1:]).reshape(-1, 3, 32, 32).to(dtype) / 255
    labels = torch.tensor(rows[:, 0]).long()
    model = network().to(dtype)
    optimizer = OPTIMIZERS[name](model.parameters())
    for step in range(STEPS):
        begin = step * BATCH % len(rows)
        batch = slice(begin, begin + BATCH)
        optimizer.zero_grad()
        loss = F.cross_entropy(model(images[batch]), labels[batch])
        loss.backward()
        optimizer.step()
        yield loss.item()


if __name__ == "__main__":
    runs = []
    for name in OPTIMIZERS:
        exact, rounded = list(losses(name, torch.float64)), list(losses(name, torch.float32))
        drift = [float(f"{abs(b / a - 1):.1e}") for a, b in zip(exact, rounded)]
        runs.append({"optimizer": name, "losses": [float(f"{loss:.9g}") for loss in exact], "drift": drift})
    weights = [
        {"name": name, "shape": list(value.shape), "first": numbers(value.flatten()[:FIRST])}
        for name, value in network().state_dict().items()
    ]
    write(__file__, {"weights": weights, "runs": runs})
