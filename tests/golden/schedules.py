"""Schedules: the rate of each of thirty steps, and of epochs with a loss each for reduceOnPlateau."""

import torch
from torch.optim import lr_scheduler

from shared.cases import numbers, write

STEPS = 30


def rates(create, lr, *losses_of_epochs):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr)
    scheduler = create(optimizer)
    seen = []
    for step in range(STEPS):
        seen.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if step < STEPS - 1:
            scheduler.step(*(losses[step] for losses in losses_of_epochs))
    return numbers(torch.tensor(seen, dtype=torch.float64))


def case(name, options, create, lr=0.5):
    return {"name": name, "lr": lr, "options": options, "rates": rates(create, lr)}


def cases():
    steps = [5, 12, 20]
    by_class = lambda kind, *args, **options: lambda optimizer: kind(optimizer, *args, **options)
    cycle = lambda **options: by_class(lr_scheduler.OneCycleLR, 0.5, total_steps=STEPS, **options)
    restarts = lr_scheduler.CosineAnnealingWarmRestarts
    return [
        case("step", {"stepSize": 7}, by_class(lr_scheduler.StepLR, 7)),
        case("step", {"stepSize": 4, "gamma": 0.5}, by_class(lr_scheduler.StepLR, 4, 0.5)),
        case("multiStep", {"milestones": steps}, by_class(lr_scheduler.MultiStepLR, steps)),
        case("exponential", {"gamma": 0.9}, by_class(lr_scheduler.ExponentialLR, 0.9)),
        case("polynomial", {}, by_class(lr_scheduler.PolynomialLR, STEPS)),
        case("polynomial", {"power": 1.5}, by_class(lr_scheduler.PolynomialLR, STEPS, 1.5)),
        case("cosine", {"final": 0.1}, by_class(lr_scheduler.CosineAnnealingLR, STEPS, 0.1)),
        case("warmRestarts", {"period": 7, "final": 0.1}, by_class(restarts, 7, eta_min=0.1)),
        case("warmRestarts", {"period": 4, "periodFactor": 2}, by_class(restarts, 4, 2)),
        case("oneCycle", {}, cycle()),
        case(
            "oneCycle",
            {"pctStart": 0.5, "annealStrategy": "linear", "divFactor": 5, "finalDivFactor": 10},
            cycle(pct_start=0.5, anneal_strategy="linear", div_factor=5, final_div_factor=10),
        ),
    ]


def plateau_cases():
    falling = [max(1 / (epoch + 1), 0.11) for epoch in range(STEPS)]
    waves = [1 + (epoch * 7 % 5) / 10 - epoch / 100 for epoch in range(STEPS)]
    rules = [
        ("falling", falling, {"patience": 2}),
        ("falling", falling, {"factor": 0.5, "patience": 0, "cooldown": 3, "minLr": 0.02}),
        ("waves", waves, {"factor": 0.5, "patience": 3, "minDelta": 0.055}),
        ("waves", waves, {"factor": 0.9, "patience": 1, "mode": "max"}),
    ]
    return [
        {
            "name": name,
            "lr": 0.5,
            "options": options,
            "losses": losses,
            "rates": rates(
                lambda optimizer: lr_scheduler.ReduceLROnPlateau(
                    optimizer,
                    threshold_mode="abs",
                    threshold=options.get("minDelta", 0),
                    **{
                        key.replace("L", "_l"): value
                        for key, value in options.items()
                        if key != "minDelta"
                    },
                ),
                0.5,
                losses,
            ),
        }
        for name, losses, options in rules
    ]


if __name__ == "__main__":
    write(__file__, {"schedules": cases(), "reduceOnPlateau": plateau_cases()})
