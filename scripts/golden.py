#!/usr/bin/env python3
"""Writes tests/golden/*.json: what PyTorch computes, in simdgrad's layouts.

    python3 scripts/golden.py       (needs torch and numpy)

PyTorch computes in float64; every number is then rounded to the shortest text that reads back as
the same float32. Inputs are drawn multiples of 1/64, from a generator seeded with the name of the
case, or awkward values: adding a case changes no other, and a second run writes the same bytes.

Layouts: activations NHWC / NLC, convolution weights [kernel..., inChannels / groups, outChannels],
dense weights [inFeatures, outFeatures]. d<name> is the gradient of <name>; gradients of outputs are
inputs here. Padding is [top, left, bottom, right] or [left, right].
"""

import json
import random
from pathlib import Path

import numpy
import torch
import torch.nn.functional as F

GOLDEN = Path(__file__).resolve().parent.parent / "tests" / "golden"


# Numbers in and out


class Inputs:
    """Draws the inputs of one case."""

    def __init__(self, name):
        self.random = random.Random(name)

    def tensor(self, *shape):
        """Multiples of 1/64 in [-2, 2]."""
        size = numpy.prod(shape, dtype=int)
        values = [self.random.randint(-128, 128) / 64 for _ in range(size)]
        return torch.tensor(values, dtype=torch.float64).reshape(shape)

    def variable(self, *shape):
        return self.tensor(*shape).requires_grad_()

    def labels(self, rows, classes):
        return torch.tensor([self.random.randrange(classes) for _ in range(rows)])


def variable(values):
    return torch.tensor(values, dtype=torch.float64, requires_grad=True)


def numbers(tensor):
    """The elements in row-major order: integers as they are, floats as shortest float32."""
    values = tensor.detach().flatten()
    if values.dtype == torch.int64:
        return values.tolist()
    return [float(str(numpy.float32(value))) for value in values.tolist()]


def fields(**tensors):
    """The numbers of each tensor under its name."""
    return {key: None if value is None else numbers(value) for key, value in tensors.items()}


def channels_last(tensor):
    return tensor.movedim(1, -1)


def kernel_first(weight):
    """[outChannels, inChannels, kernel...] to [kernel..., inChannels, outChannels]."""
    return weight.movedim((0, 1), (-1, -2))


def shape_and_numbers(key, tensor):
    return {f"{key}Shape": list(tensor.shape), key: numbers(tensor)}


def per_axis(values):
    """1-D options are written as one number."""
    return values[0] if len(values) == 1 else list(values)


# Convolution


def conv(name, x, out, kernel, stride=None, padding=None, dilation=None, groups=1, bias=True):
    """x is (batch, size..., channels); padding the starts, then the ends, or 'same'."""
    axes = len(kernel)
    stride, dilation = stride or (1,) * axes, dilation or (1,) * axes
    same, padding = padding == "same", explicit_padding(padding, kernel, dilation)
    batch, *size, channels = x
    inputs = Inputs(name)
    x = inputs.variable(batch, channels, *size)
    w = inputs.variable(out, channels // groups, *kernel)
    b = inputs.variable(out) if bias else None
    op = F.conv1d if axes == 1 else F.conv2d
    if same:
        y = op(x, w, b, padding="same", dilation=dilation, groups=groups)
    else:
        y = op(F.pad(x, torch_padding(padding)), w, b, stride, 0, dilation, groups)
    dy = inputs.tensor(*y.shape)
    y.backward(dy)
    return {
        "name": name,
        "stride": per_axis(stride),
        "padding": list(padding),
        "same": same,
        "dilation": per_axis(dilation),
        "groups": groups,
        **shape_and_numbers("x", channels_last(x)),
        **shape_and_numbers("w", kernel_first(w)),
        **fields(b=b),
        **shape_and_numbers("y", channels_last(y)),
        **fields(dy=channels_last(dy), dx=channels_last(x.grad)),
        **fields(dw=kernel_first(w.grad), db=b.grad if bias else None),
    }


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


def conv1d_cases():
    return [
        conv("kernel 3", (2, 10, 1), 1, (3,)),
        conv("kernel 5, stride 2, padding 2", (2, 9, 3), 4, (5,), (2,), (2, 2)),
        conv("kernel 2, dilation 3, padding 1 and 2", (1, 8, 2), 3, (2,), None, (1, 2), (3,)),
        conv("same, kernel 4", (1, 7, 2), 5, (4,), padding="same", bias=False),
        conv("groups 2, stride 3 beyond the kernel", (2, 8, 4), 6, (2,), (3,), groups=2),
        conv("depthwise", (1, 6, 7), 7, (3,), padding=(1, 1), groups=7),
    ]


# Pooling


def max_pool(name, x, kernel, stride=None, padding=None, dilation=None, ceil=False, values=None):
    """x is (batch, size..., channels); values maps the drawn input to the one to pool."""
    axes = len(kernel)
    stride, dilation = stride or kernel, dilation or (1,) * axes
    padding = explicit_padding(padding, kernel, dilation)
    batch, *size, channels = x
    inputs = Inputs(name)
    x = inputs.tensor(batch, channels, *size)
    x = (values(x) if values else x).requires_grad_()
    op = F.max_pool1d if axes == 1 else F.max_pool2d
    starts, ends = split(padding)
    if is_torch_padding(padding, kernel):
        y, argmax = op(x, kernel, stride, starts, dilation, ceil, return_indices=True)
    else:
        padded = F.pad(x, torch_padding(padding), value=-numpy.inf)
        y, argmax = op(padded, kernel, stride, 0, dilation, ceil, return_indices=True)
        argmax = without_padding(argmax, starts, padded.shape[-1], size[-1])
    dy = inputs.tensor(*y.shape)
    y.backward(dy)
    return {
        **pool_options(name, kernel, stride, padding, ceil),
        "dilation": per_axis(dilation),
        **shape_and_numbers("x", channels_last(x)),
        **shape_and_numbers("y", channels_last(y)),
        **fields(argmax=channels_last(argmax), dy=channels_last(dy), dx=channels_last(x.grad)),
    }


def is_torch_padding(padding, kernel):
    """Whether PyTorch's pools take it: the same on both sides, and at most half the kernel."""
    starts, ends = split(padding)
    return starts == ends and all(2 * start <= size for start, size in zip(starts, kernel))


def without_padding(argmax, starts, padded_width, width):
    """Indices into the padded image to indices into the image."""
    top, left = (0, *starts)[-2:]
    rows = torch.div(argmax, padded_width, rounding_mode="floor") - top
    return rows * width + argmax % padded_width - left


def avg_pool(name, x, kernel, stride=None, padding=None, ceil=False, count_include_pad=True):
    axes = len(kernel)
    stride = stride or kernel
    padding = explicit_padding(padding, kernel, (1,) * axes)
    batch, *size, channels = x
    inputs = Inputs(name)
    x = inputs.variable(batch, channels, *size)
    op = F.avg_pool1d if axes == 1 else F.avg_pool2d
    starts, ends = split(padding)
    if is_torch_padding(padding, kernel):
        y = op(x, kernel, stride, starts, ceil, count_include_pad)
    else:
        y = op(F.pad(x, torch_padding(padding)), kernel, stride, 0, ceil)
        if not count_include_pad:
            ones = F.pad(torch.ones_like(x), torch_padding(padding))
            y = y / op(ones, kernel, stride, 0, ceil)
    dy = inputs.tensor(*y.shape)
    y.backward(dy)
    return {
        **pool_options(name, kernel, stride, padding, ceil),
        "countIncludePad": count_include_pad,
        **shape_and_numbers("x", channels_last(x)),
        **shape_and_numbers("y", channels_last(y)),
        **fields(dy=channels_last(dy), dx=channels_last(x.grad)),
    }


def pool_options(name, kernel, stride, padding, ceil):
    return {
        "name": name,
        "kernelSize": per_axis(kernel),
        "stride": per_axis(stride),
        "padding": list(padding),
        "ceilMode": ceil,
    }


def max_pool2d_cases():
    one = (1, 1, 1, 1)
    return [
        max_pool("2x2", (2, 4, 6, 3), (2, 2)),
        max_pool("3x3, stride 1", (1, 5, 6, 2), (3, 3), (1, 1)),
        max_pool("3x3, stride 2, padding 1", (2, 7, 6, 5), (3, 3), (2, 2), one),
        max_pool("2x3, stride 3x1, padding 0x1", (1, 6, 5, 4), (2, 3), (3, 1), (0, 1, 0, 1)),
        max_pool("dilation 2", (1, 7, 8, 3), (3, 2), (1, 2), None, (2, 2)),
        max_pool("ceil mode", (1, 6, 8, 2), (3, 3), (2, 2), ceil=True),
        max_pool("ceil mode, dropped window", (1, 5, 7, 2), (2, 2), (3, 3), one, ceil=True),
        max_pool("asymmetric padding", (1, 5, 4, 3), (3, 3), (2, 2), (0, 1, 1, 0)),
        max_pool("padding above half", (1, 4, 5, 2), (3, 4), (1, 2), (2, 3, 2, 3)),
        max_pool("ties", (1, 5, 5, 2), (3, 3), (1, 1), one, values=torch.round),
        max_pool("all equal", (1, 4, 4, 1), (2, 2), (1, 1), values=torch.zeros_like),
        max_pool("all negative", (1, 4, 4, 3), (3, 3), (1, 1), one, values=lambda x: x - 3),
    ]


def avg_pool2d_cases():
    one, uncounted = (1, 1, 1, 1), {"count_include_pad": False}
    return [
        avg_pool("2x2", (2, 4, 6, 3), (2, 2)),
        avg_pool("3x2, stride 1x2", (1, 5, 6, 5), (3, 2), (1, 2)),
        avg_pool("padding", (2, 5, 6, 2), (3, 3), (2, 2), one),
        avg_pool("padding, not counted", (2, 5, 6, 2), (3, 3), (2, 2), one, **uncounted),
        avg_pool("ceil mode", (1, 6, 8, 3), (3, 3), (2, 2), ceil=True),
        avg_pool("ceil mode, padding", (1, 6, 5, 2), (3, 3), (3, 3), one, True),
        avg_pool("ceil mode, not counted", (1, 6, 5, 2), (3, 3), (3, 3), one, True, **uncounted),
        avg_pool("asymmetric padding", (1, 5, 4, 3), (3, 3), (2, 1), (0, 2, 1, 1)),
        avg_pool("padding above half", (1, 4, 5, 2), (3, 4), (1, 2), (2, 3, 2, 3)),
        avg_pool("above half, not counted", (1, 4, 5, 2), (3, 4), (1, 2), (2, 3, 2, 3), **uncounted),
    ]


def max_pool1d_cases():
    return [
        max_pool("kernel 3", (2, 10, 1), (3,)),
        max_pool("kernel 3, stride 1, padding 1", (1, 8, 5), (3,), (1,), (1, 1)),
        max_pool("dilation 2, stride 3, ceil mode", (2, 9, 2), (2,), (3,), None, (2,), True),
        max_pool("padding 2 and 0", (1, 6, 3), (3,), (2,), (2, 0)),
        max_pool("padding above half", (1, 6, 3), (4,), (2,), (3, 3)),
    ]


def avg_pool1d_cases():
    return [
        avg_pool("kernel 2", (2, 8, 3), (2,)),
        avg_pool("padding, not counted", (1, 8, 5), (3,), (2,), (1, 1), count_include_pad=False),
        avg_pool("ceil mode, padding 2", (2, 7, 2), (4,), (3,), (2, 2), True),
        avg_pool("above half, not counted", (2, 7, 2), (4,), (3,), (3, 3), count_include_pad=False),
    ]


def op_case(name, inputs, output, gradient):
    """inputs: their tensors in our layout, by name; each has its gradient already."""
    return {
        "name": name,
        "inputs": [
            {"name": key, **whole(x), "gradient": numbers(x_gradient)}
            for key, (x, x_gradient) in inputs.items()
        ],
        "output": {**whole(output), "gradient": numbers(gradient)},
    }


def whole(tensor):
    return {"shape": list(tensor.shape), "data": numbers(tensor)}


def global_avg_pool(*x):
    """x is (batch, height, width, channels)."""
    batch, height, width, channels = x
    inputs = Inputs(f"global average pool {x}")
    x = inputs.variable(batch, channels, height, width)
    y = F.adaptive_avg_pool2d(x, 1).flatten(1)
    dy = inputs.tensor(*y.shape)
    y.backward(dy)
    name = f"{batch} of {height}x{width}x{channels}"
    return op_case(name, {"x": (channels_last(x), channels_last(x.grad))}, y, dy)


def global_avg_pool2d_cases():
    return [
        global_avg_pool(1, 1, 1, 3),
        global_avg_pool(2, 3, 5, 7),
        global_avg_pool(1, 7, 7, 20),
    ]


def concat(axis, *shapes):
    name = f"{shapes} along {axis}"
    inputs = Inputs(f"concat {name}")
    xs = [inputs.variable(*shape) for shape in shapes]
    y = torch.cat(xs, axis)
    dy = inputs.tensor(*y.shape)
    y.backward(dy)
    case = op_case(name, {f"x{i}": (x, x.grad) for i, x in enumerate(xs)}, y, dy)
    return {**case, "axis": axis}


def concat_cases():
    return [
        concat(0, (3,), (5,)),
        concat(1, (2, 3), (2, 1), (2, 6)),
        concat(0, (2, 3), (1, 3)),
        concat(-1, (1, 2, 2, 3), (1, 2, 2, 5)),
        concat(-2, (2, 3, 2), (2, 1, 2)),
    ]


# Linear, activations, losses


def linear(name, rows, in_features, out_features, bias=True):
    inputs = Inputs(name)
    x = inputs.variable(rows, in_features)
    w = inputs.variable(out_features, in_features)
    b = inputs.variable(out_features) if bias else None
    y = F.linear(x, w, b)
    dy = inputs.tensor(*y.shape)
    y.backward(dy)
    return {
        "name": name,
        "rows": rows,
        "inFeatures": in_features,
        "outFeatures": out_features,
        **fields(x=x, w=w.T, b=b, y=y, dy=dy),
        **fields(dx=x.grad, dw=w.grad.T, db=b.grad if bias else None),
    }


def linear_cases():
    return [
        linear("1 by 1", 1, 1, 1),
        linear("one row", 1, 9, 4),
        linear("one output", 5, 7, 1),
        linear("more in than out", 6, 13, 5),
        linear("more out than in, no bias", 3, 4, 17, bias=False),
        linear("multiples of 4", 4, 8, 16),
    ]


AWKWARD = [0, 1e-30, 1e-6, 0.015625, 0.5, 1, 4, 8, 16, 20, 60, 88, 100, 10000]


def activation(op, key, name, values, options):
    """options maps our names to the values that op takes."""
    x = variable(values)
    dy = Inputs(f"{key} {name}").tensor(*x.shape)
    y = op(x, *options.values())
    y.backward(dy)
    case = {"name": name, "options": options} if options else {"name": name}
    return {**case, **fields(x=x, y=y, dy=dy, dx=x.grad)}


def kinked_cases(op, key, **options):
    """Those of a function with kinks, and its values at them."""
    kinks = activation(op, key, "kinks", [*options.values(), 0, -1, 1, 6], options)
    return [*activation_cases(op, key, **options), kinks]


def activation_cases(op, key, **options):
    return [
        activation(op, key, "drawn", numbers(Inputs("activation").tensor(37) * 4), options),
        activation(op, key, "awkward", AWKWARD + [-value for value in AWKWARD], options),
    ]


def activations():
    return {
        "relu": kinked_cases(torch.relu, "relu"),
        "relu6": kinked_cases(F.relu6, "relu6"),
        "clip": kinked_cases(torch.clamp, "clip", min=-2.5, max=4.25),
        "hardtanh": kinked_cases(F.hardtanh, "hardtanh", min=-2.5, max=4.25),
        "leakyRelu": kinked_cases(F.leaky_relu, "leakyRelu", slope=0.125),
        "silu": activation_cases(F.silu, "silu"),
        "hardSwish": kinked_cases(F.hardswish, "hardSwish"),
        "sigmoid": activation_cases(torch.sigmoid, "sigmoid"),
        "tanh": activation_cases(torch.tanh, "tanh"),
    }


def softmax(name, x):
    rows, classes = x.shape
    y = F.softmax(x, 1)
    dy = Inputs(f"softmax {name}").tensor(rows, classes)
    y.backward(dy)
    sizes = {"rows": rows, "classes": classes}
    return {"name": name, **sizes, **fields(x=x, y=y, dy=dy, dx=x.grad)}


def logits_cases():
    return [
        ("drawn", Inputs("logits").variable(5, 7)),
        ("two classes", Inputs("two logits").variable(6, 2)),
        ("one class", Inputs("one logit").variable(3, 1)),
        ("equal", variable([[0] * 5, [3] * 5, [-10000] * 5, [10000] * 5])),
        ("extreme", variable([[1e4, -1e4, 0], [-1e4, 0, -1e4], [0, 1, 1e4], [1e4, 1e4, -1e4]])),
    ]


def softmax_cases():
    return [softmax(name, x) for name, x in logits_cases()]


def cross_entropy(name, logits, reduction, smoothing=0, weight=None, ignore=None, labels=None):
    inputs = Inputs(f"cross entropy {name}")
    rows, classes = logits.shape
    labels = inputs.labels(rows, classes) if labels is None else torch.tensor(labels)
    loss = F.cross_entropy(
        logits,
        labels,
        weight=None if weight is None else torch.tensor(weight, dtype=torch.float64),
        ignore_index=-100 if ignore is None else ignore,
        reduction=reduction,
        label_smoothing=smoothing,
    )
    options = {"labelSmoothing": smoothing, "weight": weight, "ignoreIndex": ignore}
    upstream = inputs.tensor(*loss.shape)
    loss.backward(upstream)
    return {
        "name": f"{name}, {reduction}",
        "rows": rows,
        "classes": classes,
        "reduction": reduction,
        "options": {key: value for key, value in options.items() if value},
        **fields(logits=logits, labels=labels, loss=loss, dLoss=upstream, dLogits=logits.grad),
    }


def cross_entropy_cases():
    reductions = ("mean", "sum", "none")
    plain = [
        cross_entropy(name, logits, reduction)
        for reduction in reductions
        for name, logits in logits_cases()
    ]
    weight = [0.5, 2, 0, 1, 1, 3, 0.25]
    rules = {
        "smoothing": {"smoothing": 0.125},
        "weights": {"weight": weight},
        "ignored": {"labels": [0, -100, 3, -100, 6]},
        "another ignored": {"ignore": 3, "labels": [0, 3, 3, 5, 6]},
        "smoothing and weights": {"smoothing": 0.25, "weight": weight},
        "smoothing and ignored": {"smoothing": 0.5, "labels": [1, -100, 3, -100, 6]},
        "all": {"smoothing": 0.125, "weight": weight, "ignore": 9, "labels": [1, 9, 3, 5, 6]},
    }
    return plain + [
        cross_entropy(name, Inputs("logits").variable(5, 7), reduction, **rule)
        for reduction in reductions
        for name, rule in rules.items()
    ]


def mse(size, reduction):
    name = f"{size} elements, {reduction}"
    inputs = Inputs(f"mse {name}")
    x, target = inputs.variable(size), inputs.tensor(size)
    loss = F.mse_loss(x, target, reduction=reduction)
    upstream = inputs.tensor(*loss.shape)
    loss.backward(upstream)
    return {
        "name": name,
        "reduction": reduction,
        **fields(x=x, target=target, loss=loss, dLoss=upstream, dx=x.grad),
    }


def mse_cases():
    return [mse(size, reduction) for reduction in ("mean", "sum", "none") for size in (1, 18)]


# Optimizers


def optimizer(create, name, options):
    """Five steps from one parameter vector; options maps our names to torch's values."""
    inputs = Inputs(f"{create.__name__} {name}")
    parameter = inputs.variable(7)
    case = {"name": name, "options": options, "initial": numbers(parameter), "steps": []}
    torch_options = {key.replace("D", "_d"): value for key, value in options.items()}
    torch_optimizer = create([parameter], **torch_options)
    for _ in range(5):
        parameter.grad = inputs.tensor(7)
        torch_optimizer.step()
        case["steps"].append(fields(gradient=parameter.grad, parameter=parameter))
    return case


def sgd(name, lr, momentum=0, dampening=0, nesterov=False, decay=0):
    options = {"lr": lr, "momentum": momentum, "dampening": dampening, "nesterov": nesterov}
    return optimizer(torch.optim.SGD, name, {**options, "weightDecay": decay})


def adam(create, name, decay, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
    return optimizer(create, name, {"lr": lr, "betas": betas, "eps": eps, "weightDecay": decay})


def sgd_cases():
    return [
        sgd("plain", 0.1),
        sgd("momentum", 0.1, 0.9),
        sgd("momentum and dampening", 0.05, 0.9, 0.5),
        sgd("nesterov", 0.1, 0.9, nesterov=True),
        sgd("weight decay", 0.1, decay=0.01),
        sgd("nesterov and weight decay", 0.03, 0.8, nesterov=True, decay=0.1),
        sgd("momentum, dampening and weight decay", 0.03, 0.8, 0.25, decay=0.1),
    ]


def adam_cases():
    return [
        adam(torch.optim.Adam, "default", 0),
        adam(torch.optim.Adam, "betas and eps", 0, 0.01, (0.8, 0.95), 1e-3),
        adam(torch.optim.Adam, "weight decay", 0.1, 0.01),
    ]


def adadelta(name, decay=0, lr=1, rho=0.9, eps=1e-6):
    options = {"lr": lr, "rho": rho, "eps": eps, "weightDecay": decay}
    return optimizer(torch.optim.Adadelta, name, options)


def adadelta_cases():
    return [
        adadelta("default"),
        adadelta("lr, rho and eps", 0, 0.5, 0.8, 1e-3),
        adadelta("weight decay", 0.1),
    ]


def adamw_cases():
    return [
        adam(torch.optim.AdamW, "default", 0.01),
        adam(torch.optim.AdamW, "betas and eps", 0.01, 0.01, (0.8, 0.95), 1e-3),
        adam(torch.optim.AdamW, "strong weight decay", 0.3, 0.1),
    ]


# The files


def write(file, cases_by_op):
    """One case a line."""
    ops = []
    for op, cases in cases_by_op.items():
        lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
        ops.append(f'"{op}": [\n{lines}\n]')
    (GOLDEN / f"{file}.json").write_text("{\n" + ",\n".join(ops) + "\n}\n")


def main():
    GOLDEN.mkdir(exist_ok=True)
    write("conv2d", {"conv2d": conv2d_cases()})
    write("conv1d", {"conv1d": conv1d_cases()})
    pools = {"maxPool2d": max_pool2d_cases(), "avgPool2d": avg_pool2d_cases()}
    write("pool2d", {**pools, "globalAvgPool2d": global_avg_pool2d_cases()})
    write("concat", {"concat": concat_cases()})
    write("pool1d", {"maxPool1d": max_pool1d_cases(), "avgPool1d": avg_pool1d_cases()})
    write("linear", {"linear": linear_cases()})
    write("losses", {"crossEntropy": cross_entropy_cases(), "mse": mse_cases()})
    adams = {"adam": adam_cases(), "adamW": adamw_cases()}
    write("optimizers", {"sgd": sgd_cases(), **adams, "adadelta": adadelta_cases()})
    write("activations", {**activations(), "softmax": softmax_cases()})


if __name__ == "__main__":
    main()
