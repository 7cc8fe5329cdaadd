"""The registry: every variant, oldest paper first.

A variant is a module or a package of this folder that holds a ``VARIANT``; nothing else has to be
edited to add one. A broken module stops the app loudly.
"""

from importlib import import_module
from pkgutil import iter_modules

from variants.core.errors import InputError
from variants.core.variant import Variant

_NOT_VARIANTS = {"core", "__main__"}


def _collect() -> tuple[Variant, ...]:
    names = [module.name for module in iter_modules(__path__) if module.name not in _NOT_VARIANTS]
    found: list[Variant] = [import_module(f"{__name__}.{name}").VARIANT for name in names]
    return tuple(sorted(found, key=lambda variant: variant.paper.arxiv))


VARIANTS = _collect()


def find_variant(slug: str) -> Variant:
    """Return the variant called ``slug``; raise InputError when there is none."""
    for variant in VARIANTS:
        if variant.slug == slug:
            return variant
    raise InputError(f"There is no variant called {slug!r}; choose one of {', '.join(v.slug for v in VARIANTS)}.")
