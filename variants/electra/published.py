"""What Clark et al., 2020, report, and what their released code and models do otherwise."""

from __future__ import annotations

from dataclasses import dataclass

from variants.core.variant import Claim

PAPER = "Clark et al., 2020"
CODE = "reference code of Clark et al., 2020"


def _claims(source: str, scores: dict[str, float]) -> tuple[Claim, ...]:
    return tuple(Claim(text=text, value=value, source=source) for text, value in scores.items())


ABLATION = _claims(
    f"{PAPER}, Table 5",
    {
        "GLUE, ELECTRA": 85.0,
        "GLUE, masked language modelling with a loss on all tokens": 84.3,
        "GLUE, ELECTRA with a loss on the hidden 15 % alone": 82.4,
        "GLUE, masked language modelling on generator samples instead of [MASK]": 82.4,
        "GLUE, BERT": 82.2,
    },
)
GENERATOR = _claims(
    f"{PAPER}, section 3.2",
    {
        "GLUE, nothing shared between the networks": 83.6,
        "GLUE, embeddings shared": 84.3,
        "GLUE, all weights shared, which needs a generator as large as the discriminator": 84.4,
        "hidden tokens guessed right, generator trained by likelihood, in %": 65,
        "hidden tokens guessed right, generator trained to fool the discriminator, in %": 58,
    },
)
SHARES = _claims(
    f"{PAPER}, section 3.2",
    {
        "smallest good width of the generator, as a share of the discriminator's": 0.25,
        "largest good width of the generator, as a share of the discriminator's": 0.5,
    },
)


@dataclass(frozen=True)
class Budget:
    """One model: what its pre-training cost and what it scored."""

    model: str
    flops: Claim  # of the whole pre-training
    score: Claim


def _budget(model: str, flops: float, task: str, score: float, source: str) -> Budget:
    return Budget(
        model,
        Claim(text=f"training FLOPs, {model}", value=flops, source=f"{CODE}, flops_computation.py"),
        Claim(text=f"{task}, {model}", value=score, source=source),
    )


SMALL_AND_BASE = tuple(
    _budget(model, flops, "GLUE average", score, f"{PAPER}, Table 1")
    for model, flops, score in (
        ("ELECTRA-Small", 1.3e18, 79.9),
        ("BERT-Base", 6.4e19, 82.2),
        ("ELECTRA-Base", 6.4e19, 85.1),
    )
)
LARGE = (
    _budget("BERT-Large", 1.9e20, "MNLI", 86.6, f"{PAPER}, Table 2"),
    _budget("ELECTRA-400K", 7.1e20, "MNLI", 90.5, f"{PAPER}, Table 2"),
    _budget("RoBERTa", 3.2e21, "MNLI", 90.2, "Liu et al., 2019, Table 5"),
    _budget("ELECTRA-1.75M", 3.1e21, "MNLI", 90.9, f"{PAPER}, Table 2"),
    _budget("XLNet", 3.9e21, "MNLI", 90.8, "Yang et al., 2019, Table 5"),
)
ODDITIES = (
    *_claims(
        f"{CODE}, README",
        {
            "width of the released ELECTRA-Small's generator, as a share of the discriminator's": 1.0,
            "steps of the released ELECTRA-Small, in millions": 4,
        },
    ),
    *_claims(
        f"{CODE}, configure_pretraining.py",
        {
            "width of the paper's ELECTRA-Small's generator, as a share of the discriminator's": 0.25,
            "steps of the paper's ELECTRA-Small, in millions": 1,
        },
    ),
    *_claims(f"{CODE}, pretrain_helpers.py", {"share of the chosen tokens that become [MASK]": 0.85}),
)
CLAIMS = (
    *ABLATION,
    *GENERATOR,
    *SHARES,
    *(claim for row in (*SMALL_AND_BASE, *LARGE) for claim in (row.flops, row.score)),
    *ODDITIES,
)


def share_chosen_with_replacement(draws: int, places: int) -> float:
    """Return which share of ``places`` is expected to be hit by ``draws`` draws with replacement.

    The reference code draws so; a place that is drawn twice is hidden once.
    """
    return 1 - (1 - 1 / places) ** draws
