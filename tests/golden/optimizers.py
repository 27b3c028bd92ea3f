"""Optimizers: the parameters after each of five steps."""

import torch

from shared.cases import Inputs, fields, numbers, write


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


if __name__ == "__main__":
    adams = {"adam": adam_cases(), "adamW": adamw_cases()}
    write(__file__, {"sgd": sgd_cases(), **adams, "adadelta": adadelta_cases()})
