"""State dicts in PyTorch's files, for tests/formats/state-dict.test.ts, and the other way round: state_dict.ts reads them into
our models and writes safetensors files, which PyTorch loads here, strictly, and computes the same with. A second run
changes the keys of storages in the files of PyTorch before 1.6, which are addresses, and nothing else.

    python3 tests/golden/state_dict.py       (needs torch, numpy and the kernels in build/)
"""

import base64
import io
import json
import subprocess
from pathlib import Path

import numpy
import torch
import torch.nn as nn

from shared.cases import Inputs, numbers

HERE = Path(__file__).parent

NETS = {
    "picture": lambda: nn.Sequential(
        nn.Conv2d(2, 4, (3, 2), groups=2),
        nn.BatchNorm2d(4, momentum=None),
        nn.PReLU(4),
        nn.ConvTranspose2d(4, 6, (2, 3), groups=2, stride=2),
        nn.BatchNorm2d(6),
        nn.InstanceNorm2d(6, affine=True),
        nn.GroupNorm(2, 6),
        nn.Flatten(),
        nn.Linear(6 * 4 * 9, 3),
    ),
    "volume": lambda: nn.Sequential(nn.Conv3d(2, 3, (1, 2, 3)), nn.ConvTranspose3d(3, 2, (2, 1, 2), bias=False)),
    "signal": lambda: nn.Sequential(nn.Conv1d(2, 4, 3), nn.ConvTranspose1d(4, 2, 2)),
    "words": lambda: nn.Sequential(nn.Embedding(5, 6), nn.Linear(6, 4, bias=False), nn.LayerNorm(4)),
}
SHAPES = {"picture": (2, 2, 4, 5), "volume": (1, 2, 2, 3, 4), "signal": (2, 2, 6)}


def made(name):
    """A net whose parameters and running statistics are drawn."""
    inputs = Inputs(name)
    net = NETS[name]().eval()
    for key, value in net.state_dict().items():
        drawn = inputs.tensor(*value.shape).float()
        value.copy_(torch.tensor(3) if key.endswith("tracked") else drawn.abs() + 0.5 if key.endswith("var") else drawn)
    x = torch.tensor([[0, 4, 2]]) if name == "words" else inputs.tensor(*SHAPES[name]).float()
    return net, x


def saved(value, **options):
    file = io.BytesIO()
    torch.save(value, file, **options)
    return base64.b64encode(file.getvalue()).decode()


def read_safetensors(file):
    length = int.from_bytes(file[:8], "little")
    header, body = json.loads(file[8 : 8 + length]), file[8 + length :]
    header.pop("__metadata__", None)
    types = {"F32": "<f4", "F16": "<f2"}
    return {
        name: torch.tensor(
            numpy.frombuffer(body[slice(*entry["data_offsets"])], types[entry["dtype"]]).reshape(entry["shape"])
        )
        for name, entry in header.items()
    }


def views():
    """Tensors of every type, and some that share a storage, turned, cut out or without elements."""
    grid = torch.arange(24, dtype=torch.float32).reshape(2, 3, 4)
    tensors = {
        "grid": grid,
        "turned": grid.permute(2, 0, 1),
        "cut": grid[1, 1:, ::2],
        "number": grid[1, 2, 3],
        "empty": torch.zeros(0, 3),
        "parameter": nn.Parameter(grid[0]),
    }
    types = ["float64", "float16", "bfloat16", "int64", "int32", "int16", "int8", "uint8"]
    tensors.update({name: torch.tensor([1, 2, 100]).to(getattr(torch, name)) for name in types})
    return {**tensors, "bool": torch.tensor([True, False]), "large": torch.tensor([2**40])}


def main():
    torch.manual_seed(0)
    nets = {name: made(name) for name in NETS}
    states = {name: net.state_dict() for name, (net, _) in nets.items()}
    checkpoint = {"model": states, "epoch": 3, "loss": 0.25, "names": ["a", None], "big": -(2**70)}
    cases = [
        {"name": name, "shape": list(x.shape), "x": numbers(x), "yShape": list(net(x).shape), "y": numbers(net(x))}
        for name, (net, x) in nets.items()
    ]
    files = {
        "zip": saved(checkpoint),
        "protocol4": saved(checkpoint, pickle_protocol=4),
        "legacy": saved(checkpoint, _use_new_zipfile_serialization=False),
        "views": saved(views()),
        "legacyViews": saved(views(), _use_new_zipfile_serialization=False),
        "model": saved(nn.Linear(1, 1)),
    }
    expected = {name: numbers(t.float() if t.is_floating_point() else t.long()) for name, t in views().items()}
    document = {"nets": cases, "files": files, "views": expected}
    golden = HERE / "state_dict.json"
    golden.write_text(json.dumps(document))
    written = subprocess.run(["npx", "tsx", HERE / "state_dict.ts"], check=True, capture_output=True).stdout
    document["written"] = json.loads(written)
    for name, (net, x) in nets.items():
        expected = net(x)
        for dtype, tolerance in [("float32", 1e-6), ("float16", 1e-2)]:
            state = read_safetensors(base64.b64decode(document["written"][name][dtype]))
            fresh = NETS[name]().eval()
            fresh.load_state_dict({key: value.float() for key, value in state.items()}, strict=True)
            assert torch.allclose(fresh(x), expected, rtol=tolerance, atol=tolerance), (name, dtype)
    golden.write_text(json.dumps(document, separators=(",", ":")).replace("],", "],\n").replace('",', '",\n') + "\n")


if __name__ == "__main__":
    main()
