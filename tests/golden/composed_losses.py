"""Losses of numbers, probabilities, vectors and labels, beside those of losses.py.

Cases have the form of the ops': inputs by name, and options with the names that they have here.
"""

import torch
import torch.nn.functional as F

from shared.cases import Inputs, numbers, op_case, write

REDUCTIONS = ("mean", "sum", "none")


def case(name, op, inputs, options):
    """op: the named inputs and a reduction to a loss. Inputs that need no gradient are constants."""
    reductions = [options["reduction"]] if "reduction" in options else REDUCTIONS
    cases = []
    for reduction in reductions:
        for x in inputs.values():
            x.grad = None
        loss = op(*inputs.values(), reduction)
        upstream = Inputs(name + reduction).tensor(*loss.shape)
        loss.backward(upstream)
        variables = {key: (x, x.grad) for key, x in inputs.items() if x.requires_grad}
        constants = {
            key: {"shape": list(x.shape), "data": numbers(x)}
            for key, x in inputs.items()
            if not x.requires_grad
        }
        whole = op_case(f"{name}, {reduction}", variables, loss, upstream)
        rule = {**options, "reduction": reduction}
        cases.append({**whole, "constants": constants, "options": rule})
    return cases


def pair(name, shape=(3, 5)):
    inputs = Inputs(name)
    return {"prediction": inputs.variable(*shape), "target": inputs.variable(*shape)}


def probabilities(name, shape=(3, 5)):
    """In (0, 1), and apart from 0 and 1."""
    return {
        key: ((x.detach() + 2.25) / 4.5).requires_grad_() for key, x in pair(name, shape).items()
    }


def signs(name, *shape):
    return (Inputs(name).tensor(*shape) > 0).double() * 2 - 1


def regression():
    def of(function, **options):
        return lambda x, t, reduction: function(x, t, reduction=reduction, **options)

    yield "l1", [case("l1", of(F.l1_loss), pair("l1"), {})]
    yield "smoothL1", [
        case(f"beta {beta}", of(F.smooth_l1_loss, beta=beta), pair("smooth"), {"beta": beta})
        for beta in (1, 0.25, 0)
    ]
    yield "huber", [
        case(f"delta {delta}", of(F.huber_loss, delta=delta), pair("huber"), {"delta": delta})
        for delta in (1, 0.75, 3)
    ]
    rate = probabilities("poisson")
    yield "poissonNll", [
        case("logarithms", of(F.poisson_nll_loss), pair("poisson"), {}),
        case("rates", of(F.poisson_nll_loss, log_input=False), rate, {"logInput": False}),
        case(
            "eps", of(F.poisson_nll_loss, log_input=False, eps=0.5), rate, {"logInput": False, "eps": 0.5}
        ),
    ]


def gaussian():
    variance = Inputs("variance").tensor(3, 5).abs()
    variance[0, 0] = 0
    inputs = {**pair("gaussian"), "variance": variance.requires_grad_()}
    yield "gaussianNll", [
        case(
            f"full {full}, eps {eps}",
            lambda x, t, v, reduction: F.gaussian_nll_loss(
                x, t, v, full=full, eps=eps, reduction=reduction
            ),
            inputs,
            {"full": full, "eps": eps},
        )
        for full, eps in ((False, 0.125), (True, 0.5))
    ]


def binary():
    weight = Inputs("weight").tensor(5).abs()
    p = probabilities("bce")
    hard = {
        "prediction": torch.tensor([0, 1, 0, 1, 1e-30, 0.5], dtype=torch.float64).requires_grad_(),
        "target": torch.tensor([0, 1, 1, 0, 1, 0.5], dtype=torch.float64),
    }
    yield "bce", [
        case("plain", lambda x, t, r: F.binary_cross_entropy(x, t, reduction=r), p, {}),
        case("0 and 1", lambda x, t, r: F.binary_cross_entropy(x, t, reduction=r), hard, {}),
        case(
            "weight",
            lambda x, t, w, r: F.binary_cross_entropy(x, t, w.expand(3, 5), reduction=r),
            {**p, "weight": weight},
            {},
        ),
    ]
    logits = {"logits": Inputs("logits").variable(3, 5), "target": probabilities("t")["target"]}
    large = {
        "logits": torch.tensor([-200.0, -30, 30, 200, 20, -12]).double().requires_grad_(),
        "target": torch.tensor([0.0, 1, 1, 0, 1, 0]).double(),
    }
    with_logits = F.binary_cross_entropy_with_logits
    yield "bceWithLogits", [
        case("plain", lambda x, t, r: with_logits(x, t, reduction=r), logits, {}),
        case("large", lambda x, t, r: with_logits(x, t, reduction=r), large, {}),
        case(
            "weight and posWeight",
            lambda x, t, w, p, r: with_logits(x, t, w, pos_weight=p, reduction=r),
            {**logits, "weight": weight, "posWeight": weight + 0.5},
            {},
        ),
    ]
    yield "focal", [
        case(
            f"alpha {alpha}, gamma {gamma}",
            lambda x, t, r: focal(x, t, alpha, gamma, r),
            logits,
            {"alpha": alpha, "gamma": gamma},
        )
        for alpha, gamma in ((0.25, 2), (-1, 1.5), (0.75, 0))
    ]


def focal(x, target, alpha, gamma, reduction):
    """torchvision.ops.sigmoid_focal_loss, line by line."""
    p = torch.sigmoid(x)
    ce = F.binary_cross_entropy_with_logits(x, target, reduction="none")
    p_t = p * target + (1 - p) * (1 - target)
    loss = ce * (1 - p_t) ** gamma
    if alpha >= 0:
        loss = (alpha * target + (1 - alpha) * (1 - target)) * loss
    return reduced(loss, reduction)


def reduced(loss, reduction):
    return loss if reduction == "none" else getattr(loss, reduction)()


def distributions():
    def kl(log_target=False):
        return lambda x, t, r: F.kl_div(
            x, t, reduction={"batchMean": "batchmean"}.get(r, r), log_target=log_target
        )

    zeros = probabilities("kl")
    zeros["target"] = zeros["target"].detach()
    zeros["target"][0, 1:3] = 0
    positive = {**pair("kl"), "target": probabilities("kl")["target"]}
    yield "klDiv", [
        case("plain", kl(), positive, {}),
        case("zeros", kl(), zeros, {}),
        case("batch", kl(), positive, {"reduction": "batchMean"}),
        case("logarithms", kl(True), pair("kl"), {"logTarget": True}),
    ]
    masks = probabilities("dice", (2, 3, 2, 3))
    yield "dice", [
        case("masks", lambda x, t, r: dice(x, t, (1, 2), 1, r), masks, {}),
        case("all axes", lambda x, t, r: dice(x, t, (0, 1, 2, 3), 0.5, r), masks, {"axes": [0, 1, 2, 3], "smooth": 0.5}),
    ]


def dice(x, target, axes, smooth, reduction):
    both = (x * target).sum(axes)
    return reduced(1 - (2 * both + smooth) / (x.sum(axes) + target.sum(axes) + smooth), reduction)


def margins():
    target = signs("signs", 3, 5)
    x = Inputs("hinge").variable(3, 5)
    hinge = lambda x, t, r: reduced((1 - t * x).clamp(min=0), r)
    yield "hinge", [case("scores", hinge, {"prediction": x, "target": target}, {})]
    yield "hingeEmbedding", [
        case(
            f"margin {margin}",
            lambda x, t, r: F.hinge_embedding_loss(x, t, margin, reduction=r),
            {"x": x, "target": target},
            {"margin": margin},
        )
        for margin in (1, 0.25)
    ]
    inputs = Inputs("vectors")
    a, b, c = (inputs.variable(4, 6) for _ in range(3))
    yield "cosineEmbedding", [
        case(
            f"margin {margin}",
            lambda a, b, t, r: F.cosine_embedding_loss(a, b, t, margin, reduction=r),
            {"a": a, "b": b, "target": signs("cosine", 4)},
            {"margin": margin},
        )
        for margin in (0, -0.25)
    ]
    rules = [{}, {"margin": 4, "p": 1}, {"margin": 2.5, "p": 3, "eps": 0.01}, {"swap": True, "margin": 3}]
    yield "tripletMargin", [
        case(
            str(rule),
            lambda a, b, c, r: F.triplet_margin_loss(a, b, c, **rule, reduction=r),
            {"anchor": a, "positive": b, "negative": c},
            rule,
        )
        for rule in rules
    ]


def labelled():
    inputs = Inputs("labelled")
    x = inputs.variable(6, 4)
    labels = torch.tensor([0, 3, 1, 1, -100, 2])
    weight = torch.tensor([0.5, 2, 0, 1.25]).double()
    rules = [{}, {"weight": weight}, {"ignore_index": 1}, {"weight": weight, "ignore_index": 3}]
    yield "nllLoss", [
        case(
            str(sorted(rule)),
            lambda x, l, r: F.nll_loss(x, l, **rule, reduction=r),
            {"x": x, "labels": labels.clamp(min=0) if "ignore_index" in rule else labels},
            named(rule),
        )
        for rule in rules
    ]
    rules = [{}, {"p": 2, "margin": 0.5}, {"weight": weight}]
    yield "multiMargin", [
        case(
            str(sorted(rule)),
            lambda x, l, r: F.multi_margin_loss(x, l, **rule, reduction=r),
            {"x": x, "labels": labels.clamp(min=0)},
            named(rule),
        )
        for rule in rules
    ]
    shares = Inputs("shares").tensor(6, 4).softmax(-1)
    rules = [{}, {"label_smoothing": 0.25}, {"label_smoothing": 0.5, "weight": weight}]
    yield "crossEntropyOfProbabilities", [
        case(
            str(sorted(rule)),
            lambda x, q, r: F.cross_entropy(x, q, **rule, reduction=r),
            {"x": x, "labels": shares.clone().requires_grad_()},
            named(rule),
        )
        for rule in rules
    ]


def named(rule):
    names = {"ignore_index": "ignoreIndex", "label_smoothing": "labelSmoothing"}
    return {
        names.get(key, key): value.tolist() if torch.is_tensor(value) else value
        for key, value in rule.items()
    }


if __name__ == "__main__":
    groups = (regression, gaussian, binary, distributions, margins, labelled)
    write(
        __file__,
        {
            op: [c for cases in rules for c in cases]
            for group in groups
            for op, rules in group()
        },
    )
