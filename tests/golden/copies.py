"""Copies: what torch makes of the same arguments."""

import numpy
import torch
import torch.nn.functional as F

from shared.cases import Inputs, op_case, write


def case(op, compute, shapes, *args):
    """args: those of our function after its tensors; compute takes the tensors and them."""
    name = " ".join(str(part) for part in (op, *shapes, *args))
    inputs = Inputs(name)
    xs = [inputs.variable(*shape) for shape in shapes]
    y = compute(*xs, *args)
    dy = inputs.tensor(*y.shape)
    y.backward(dy)
    names = {f"x{i}": (x, x.grad) for i, x in enumerate(xs)}
    return {**op_case(name, names, y, dy), "args": list(args)}


def concat(axis, *shapes):
    return case("concat", lambda *xs: torch.cat(xs[:-1], xs[-1]), shapes, axis)


def stack(axis, *shapes):
    return case("stack", lambda *xs: torch.stack(xs[:-1], xs[-1]), shapes, axis)


def take(shape, starts, ends, options):
    def compute(x, starts, ends, options):
        axes = options.get("axes", range(len(starts)))
        steps = options.get("steps", [1] * len(starts))
        for axis, start, end, step in zip(axes, starts, ends, steps):
            places = list(range(x.shape[axis]))[start:end:step]
            x = x.index_select(axis, torch.tensor(places))
        return x

    return case("slice", compute, [shape], starts, ends, options)


def pad(shape, padding, value):
    def compute(x, padding, options):
        flat = [size for pair in reversed(padding) for size in pair]
        return F.pad(x, flat, value=options["value"])

    return case("pad", compute, [shape], padding, {"value": value})


def border(mode, numpy_mode, shape, padding):
    def compute(x, padding, options):
        for axis, pair in enumerate(padding):
            places = numpy.pad(numpy.arange(x.shape[axis]), pair, numpy_mode)
            x = x.index_select(axis, torch.tensor(places))
        return x

    return case("pad", compute, [shape], padding, {"mode": mode})


def permute(shape, *axes):
    return case("permute", torch.permute, [shape], list(axes))


def depth_to_space(x, block):
    n, h, w, c = x.shape
    cut = x.reshape(n, h, w, block, block, c // block**2).transpose(2, 3)
    return cut.reshape(n, h * block, w * block, c // block**2)


def space_to_depth(x, block):
    n, h, w, c = x.shape
    cut = x.reshape(n, h // block, block, w // block, block, c).transpose(2, 3)
    return cut.reshape(n, h // block, w // block, c * block**2)


def channel_shuffle(x, groups):
    """torch.channel_shuffle, which has no gradient of its own."""
    n, h, w, c = x.shape
    y = x.reshape(n, h, w, groups, c // groups).transpose(-1, -2).reshape(x.shape)
    assert torch.equal(y.movedim(-1, 1), torch.channel_shuffle(x.movedim(-1, 1), groups))
    return y


def channels_first(op):
    return lambda x, count: op(x.movedim(-1, 1), count).movedim(1, -1)


def copies():
    return {
        "concat": [
            concat(0, (3,), (5,)),
            concat(1, (2, 3), (2, 1), (2, 6)),
            concat(0, (2, 3), (1, 3)),
            concat(-1, (1, 2, 2, 3), (1, 2, 2, 5)),
            concat(-2, (2, 3, 2), (2, 1, 2)),
        ],
        "expand": [
            case("expand", lambda x, shape: x.expand(shape), [(3, 1)], [2, -1, 4]),
            case("expand", lambda x, shape: x.expand(shape), [(1, 3, 1, 2)], [2, 3, 5, 2]),
            case("expand", lambda x, shape: x.expand(shape), [()], [3]),
        ],
        "flip": [
            case("flip", torch.flip, [(3, 5)], [1]),
            case("flip", torch.flip, [(2, 3, 4)], [0, -1]),
            case("flip", torch.flip, [(2, 5, 3)], [-2]),
        ],
        "pad": [
            pad((5,), [[1, 2]], 0),
            pad((2, 3, 4, 2), [[0, 0], [1, 2], [2, 0], [0, 1]], 1.5),
            *(
                border(*modes, shape, padding)
                for modes in (("reflect", "reflect"), ("replicate", "edge"), ("circular", "wrap"))
                for shape, padding in (
                    ((5,), [[4, 2]]),
                    ((1, 3, 4, 2), [[0, 0], [1, 2], [3, 0], [0, 0]]),
                    ((2, 3, 2), [[0, 1], [2, 2], [1, 0]]),
                )
            ),
        ],
        "permute": [
            permute((3, 5), 1, 0),
            permute((2, 3, 4, 5), 0, 3, 1, 2),
            permute((2, 3, 4, 5), -1, 1, 2, 0),
            permute((2, 3, 4), 2, 1, 0),
        ],
        "channelShuffle": [case("channelShuffle", channel_shuffle, [(1, 2, 1, 6)], 3)],
        "depthToSpace": [case("depthToSpace", depth_to_space, [(2, 1, 2, 8)], 2)],
        "pixelShuffle": [case("pixelShuffle", channels_first(F.pixel_shuffle), [(2, 1, 2, 8)], 2)],
        "pixelUnshuffle": [case("pixelUnshuffle", channels_first(F.pixel_unshuffle), [(1, 4, 6, 2)], 2)],
        "spaceToDepth": [case("spaceToDepth", space_to_depth, [(1, 4, 6, 2)], 2)],
        "repeatInterleave": [
            case("repeatInterleave", torch.repeat_interleave, [(2, 3, 2)], 3, axis)
            for axis in (0, 1, -1)
        ]
        + [case("repeatInterleave", torch.repeat_interleave, [(2, 3)], 2)],
        "roll": [
            case("roll", torch.roll, [(5,)], 2, 0),
            case("roll", torch.roll, [(2, 3)], -2),
            case("roll", torch.roll, [(3, 4, 2)], [1, -6], [0, 1]),
        ],
        "tile": [
            case("tile", torch.tile, [(3,)], [2]),
            case("tile", torch.tile, [(2, 3)], [2]),
            case("tile", torch.tile, [(2, 1, 3)], [2, 3, 2]),
            case("tile", torch.tile, [(2, 3)], [2, 1, 2]),
        ],
        "reshape": [case("reshape", torch.reshape, [(2, 6)], [3, -1])],
        "flatten": [case("flatten", torch.flatten, [(2, 3, 2, 1)], 2)],
        "squeeze": [
            case("squeeze", torch.squeeze, [(1, 3, 1, 2)]),
            case("squeeze", torch.squeeze, [(1, 3, 1, 2)], -2),
            case("squeeze", torch.squeeze, [(1, 3, 1, 2)], 1),
        ],
        "unsqueeze": [case("unsqueeze", torch.unsqueeze, [(3, 2)], axis) for axis in (0, 1, -1)],
        "slice": [
            take((7,), [2], [5], {}),
            take((4, 7), [-3, 1], [100, -1], {}),
            take((4, 7), [0], [7], {"axes": [-1], "steps": [3]}),
            take((2, 9, 3), [1, 2], [8, 3], {"axes": [1, 2], "steps": [2, 1]}),
        ],
        "stack": [stack(0, (3,), (3,)), stack(1, (2, 3), (2, 3), (2, 3)), stack(-1, (2, 2), (2, 2))],
        "transpose": [case("transpose", torch.transpose, [(2, 3, 4)], 0, -1)],
    }


if __name__ == "__main__":
    write(__file__, copies())
