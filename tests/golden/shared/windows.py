"""Options of windows. Padding is [top, left, bottom, right] or [left, right]: starts, then ends."""


def explicit_padding(padding, kernel, dilation):
    if padding is None:
        return (0,) * (2 * len(kernel))
    if padding != "same":
        return padding
    total = [d * (k - 1) for k, d in zip(kernel, dilation)]
    return tuple(t // 2 for t in total) + tuple(t - t // 2 for t in total)


def torch_padding(padding):
    """(top, left, bottom, right) to F.pad's (left, right, top, bottom)."""
    starts, ends = split(padding)
    return [side for pair in reversed(list(zip(starts, ends))) for side in pair]


def split(padding):
    axes = len(padding) // 2
    return padding[:axes], padding[axes:]


def per_axis(values):
    """1-D options are written as one number."""
    return values[0] if len(values) == 1 else list(values)
