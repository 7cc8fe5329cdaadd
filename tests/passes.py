"""How often networks ran: what a control may redraw without a model must leave the list empty."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager

from torch.nn import Module


@contextmanager
def noted_passes(modules: Mapping[str, Module]) -> Generator[list[str]]:
    """Note the name of a module each time it runs."""
    ran: list[str] = []
    with ExitStack() as held:
        for name, module in modules.items():
            held.enter_context(
                module.register_forward_hook(lambda *_, name=name: ran.append(name))  # pyright: ignore[reportUnknownLambdaType]
            )
        yield ran
