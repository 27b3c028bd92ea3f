"""Functions of two tensors, with broadcasting."""

import torch
import torch.nn.functional as F

from shared.cases import Inputs, numbers, op_case, variable, write

SHAPES = [
    ((7,), (7,)),
    ((2, 3, 5), (5,)),
    ((3, 1), (1, 4)),
    ((2, 1, 3), (4, 1)),
    ((), (2, 3)),
]
AWKWARD = [-3.0, -1.0, -0.5, 0.5, 1.0, 2.0, 3.0]


def positive(tensor):
    return (tensor.detach().abs() + 0.25).requires_grad_()


def case(op, name, a, b):
    y = op(a, b)
    dy = Inputs(f"zip {name}").tensor(*y.shape)
    y.backward(dy)
    return op_case(name, {"a": (a, a.grad), "b": (b, b.grad)}, y, dy)


def cases(op, prepare=lambda tensor: tensor):
    drawn = []
    for shape_a, shape_b in SHAPES:
        name = f"{list(shape_a)} and {list(shape_b)}"
        inputs = Inputs(name)
        a, b = prepare(inputs.variable(*shape_a)), prepare(inputs.variable(*shape_b))
        drawn.append(case(op, name, a, b))
    return drawn


def apart_from_zero(tensor):
    """Divisors."""
    values = tensor.detach()
    return torch.where(values.abs() < 0.25, values + 1, values).requires_grad_()


def pow_cases():
    """Negative bases with whole exponents too; there the gradient of the exponent is NaN, and not asked for."""
    bases = variable([[value] for value in AWKWARD])
    exponents = torch.tensor([-2.0, -1.0, 0.0, 1.0, 2.0, 3.0], dtype=torch.float64)
    y = torch.pow(bases, exponents)
    dy = Inputs("zip whole exponents").tensor(*y.shape)
    y.backward(dy)
    whole = op_case("whole exponents", {"a": (bases, bases.grad)}, y, dy)
    return [*cases(torch.pow, positive), {**whole, "exponents": numbers(exponents)}]


def prelu(a, weight):
    return F.prelu(a.movedim(-1, 1), weight).movedim(1, -1)


def prelu_cases():
    drawn = []
    for shape, channels in [((2, 3, 5), 5), ((4, 3), 1)]:
        name = f"prelu {list(shape)} and {channels}"
        inputs = Inputs(name)
        drawn.append(case(prelu, name, inputs.variable(*shape), inputs.variable(channels)))
    return drawn


def where_cases():
    """The condition is whether the number 1, 2, 3 … of an element is even."""
    def op(a, b):
        even = torch.arange(1, 7).reshape(2, 3) % 2 == 0
        return torch.where(even, a, b)

    inputs = Inputs("where")
    return [case(op, "where", inputs.variable(2, 3), inputs.variable(3))]


def ties(op):
    a, b = variable([1, 2, 0, -3, -3, 5]), variable([1, 1, 0, -3, -2, 5])
    return [*cases(op), case(op, "equals", a, b)]


if __name__ == "__main__":
    write(
        __file__,
        {
            "add": cases(torch.add),
            "sub": cases(torch.sub),
            "mul": cases(torch.mul),
            "div": cases(torch.div, apart_from_zero),
            "maximum": ties(torch.maximum),
            "minimum": ties(torch.minimum),
            "pow": pow_cases(),
            "prelu": prelu_cases(),
            "where": where_cases(),
        },
    )
