"""Optimizers: the parameters after each of twenty steps."""

import re

import torch

from shared.cases import Inputs, numbers, write


def optimizer(create, name, options):
    """Twenty steps from one parameter vector; options maps our names to torch's values."""
    inputs = Inputs(f"{create.__name__} {name}")
    parameter = inputs.variable(7)
    case = {"name": name, "options": options, "initial": numbers(parameter), "steps": []}
    torch_optimizer = create([parameter], **in_snake_case(options))
    for _ in range(20):
        parameter.grad = inputs.tensor(7)
        gradient = numbers(parameter.grad)
        torch_optimizer.step()
        case["steps"].append({"gradient": gradient, "parameter": numbers(parameter)})
    return case


def in_snake_case(options):
    return {re.sub("[A-Z]", lambda c: "_" + c[0].lower(), key): v for key, v in options.items()}


def groups(create, name, options, first, second):
    """Two parameter vectors, each a group with options of its own."""
    inputs = Inputs(f"{create.__name__} {name}")
    parameters = [inputs.variable(5), inputs.variable(3)]
    case = {"name": name, "options": options, "groups": [first, second]}
    case["initial"] = [numbers(p) for p in parameters]
    case["steps"] = []
    given = [
        {"params": [p], **in_snake_case(own)} for p, own in zip(parameters, (first, second))
    ]
    torch_optimizer = create(given, **in_snake_case(options))
    for _ in range(20):
        for p in parameters:
            p.grad = inputs.tensor(*p.shape)
        gradients = [numbers(p.grad) for p in parameters]
        torch_optimizer.step()
        case["steps"].append({"gradients": gradients, "parameters": [numbers(p) for p in parameters]})
    return case


class Lion(torch.optim.Optimizer):
    """Chen et al. 2023, algorithm 2, line by line."""

    def __init__(self, params, lr=1e-4, betas=(0.9, 0.99), weight_decay=0, maximize=False):
        super().__init__(params, {"lr": lr, "betas": betas, "decay": weight_decay, "maximize": maximize})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for p in group["params"]:
                g = -p.grad if group["maximize"] else p.grad
                m = self.state[p].setdefault("m", torch.zeros_like(p))
                c = beta1 * m + (1 - beta1) * g
                p.sub_(group["lr"] * (torch.sign(c) + group["decay"] * p))
                m.mul_(beta2).add_((1 - beta2) * g)


class NAdam(torch.optim.NAdam):
    """By torch's loops over all parameters: in version 1.13 that of one has a factor twice."""

    def __init__(self, params, **options):
        super().__init__(params, foreach=True, **options)


def sgd(name, lr, momentum=0, dampening=0, nesterov=False, decay=0):
    options = {"lr": lr, "momentum": momentum, "dampening": dampening, "nesterov": nesterov}
    return optimizer(torch.optim.SGD, name, {**options, "weightDecay": decay})


def adam(create, name, decay, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
    return optimizer(create, name, {"lr": lr, "betas": betas, "eps": eps, "weightDecay": decay})


def adadelta(name, decay=0, lr=1, rho=0.9, eps=1e-6):
    options = {"lr": lr, "rho": rho, "eps": eps, "weightDecay": decay}
    return optimizer(torch.optim.Adadelta, name, options)


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


def adamw_cases():
    return [
        adam(torch.optim.AdamW, "default", 0.01),
        adam(torch.optim.AdamW, "betas and eps", 0.01, 0.01, (0.8, 0.95), 1e-3),
        adam(torch.optim.AdamW, "strong weight decay", 0.3, 0.1),
    ]


def adadelta_cases():
    return [
        adadelta("default"),
        adadelta("lr, rho and eps", 0, 0.5, 0.8, 1e-3),
        adadelta("weight decay", 0.1),
    ]


def others():
    """The optimizers whose cases are names and options."""
    means = {"betas": (0.8, 0.95), "eps": 1e-3}
    decay = {"weightDecay": 0.1}
    up = {"maximize": True, **decay}
    cases = {
        "SGD": [("maximize", {"lr": 0.05, "momentum": 0.9, **up})],
        "Adam": [("amsgrad", {"amsgrad": True, "lr": 0.1}), ("maximize", {"lr": 0.01, **up})],
        "AdamW": [("amsgrad and maximize", {"amsgrad": True, "lr": 0.1, **up})],
        "Adadelta": [("maximize", up)],
        "Adagrad": [
            ("default", {}),
            ("all", {"lr": 0.1, "lrDecay": 0.1, "initialAccumulatorValue": 0.5, "eps": 0.01, **up}),
        ],
        "Adamax": [("default", {}), ("all", {"lr": 0.01, **means, **up})],
        "NAdam": [("default", {}), ("all", {"lr": 0.01, **means, **decay, "momentumDecay": 0.1})],
        "RAdam": [("default", {}), ("all", {"lr": 0.1, **means, **decay})],
        "RMSprop": [
            ("default", {}),
            ("momentum", {"lr": 0.005, "alpha": 0.9, "momentum": 0.8, "eps": 1e-3}),
            ("centered", {"centered": True, "alpha": 0.75, "eps": 0.01, **decay}),
            ("all", {"centered": True, "alpha": 0.75, "momentum": 0.5, "eps": 0.1, **decay}),
        ],
        "Lion": [("default", {}), ("all", {"lr": 0.01, "betas": (0.5, 0.75), **up})],
    }
    return {
        name: [
            optimizer(globals().get(name) or getattr(torch.optim, name), *case)
            for case in cases_of
        ]
        for name, cases_of in cases.items()
    }


def group_cases():
    first, second = {"lr": 0.02, "weightDecay": 0.1}, {}
    return [
        groups(torch.optim.SGD, "SGD", {"lr": 0.05, "momentum": 0.9}, second, first),
        groups(torch.optim.Adam, "Adam", {"lr": 0.01}, first, {"betas": (0.5, 0.75)}),
        groups(torch.optim.RMSprop, "RMSprop", {"lr": 0.01}, first, {"momentum": 0.5}),
    ]


if __name__ == "__main__":
    adams = {"adam": adam_cases(), "adamW": adamw_cases()}
    first = {"sgd": sgd_cases(), **adams, "adadelta": adadelta_cases()}
    write(__file__, {**first, **others(), "groups": group_cases()})
