"""Precision: bfloat16 where the hardware multiplies it, float32 where it would be imitated."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from variants.core.precision import cpu_autocast, mixed_precision

PLAIN = {"architecture": "x86_64", "avx2": True, "avx512_f": True, "amx_bf16": False, "avx512_bf16": False}


@pytest.mark.parametrize(
    ("found", "on_cpu", "inside"),
    [
        (PLAIN, "no", torch.float32),
        ({**PLAIN, "amx_bf16": True}, "bf16", torch.bfloat16),
        ({**PLAIN, "avx512_bf16": True}, "bf16", torch.bfloat16),
        ({"architecture": "aarch64", "neon": True, "bf16": True}, "bf16", torch.bfloat16),
        ({"architecture": "aarch64", "neon": True}, "no", torch.float32),
    ],
)
def test_a_processor_trains_in_what_it_multiplies(
    found: dict[str, object], on_cpu: str, inside: torch.dtype, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: found)
    monkeypatch.setattr(torch.accelerator, "is_available", lambda: False)
    assert mixed_precision() == mixed_precision(cpu=True) == on_cpu
    monkeypatch.setattr(torch.accelerator, "is_available", lambda: True)
    assert (mixed_precision(), mixed_precision(cpu=True)) == ("bf16", on_cpu)
    with cpu_autocast():
        assert nn.Linear(2, 2)(torch.ones(1, 2)).dtype == inside
