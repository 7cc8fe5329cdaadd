"""What every variant promises: a record, and when its chapter is built, parts that work together."""

from __future__ import annotations

import re
import subprocess
import sys
from functools import partial
from pkgutil import iter_modules

import pytest
import torch
from transformers import PreTrainedTokenizerFast

import variants
from tests.tiny import ROOT, make_store
from variants import VARIANTS, find_variant
from variants.core.checkpoint import digest_of
from variants.core.errors import InputError
from variants.core.release import number_of_parameters
from variants.core.task import Batch, Task
from variants.core.token_store import TokenStore
from variants.core.variant import MODELS, Variant
from variants.core.vocabularies import load_vocabulary

GROUNDS = ("#fdfcf9", "#15171b")  # the page, light and dark
READY = [variant for variant in VARIANTS if variant.ready]
SHIPPED = [variant for variant in VARIANTS if variant.shipped]
COMING = [variant for variant in VARIANTS if not variant.ready]
PARTS = ("model", "objective", "demo", "command", "questions")

each_variant = partial(pytest.mark.parametrize, "variant", ids=lambda variant: variant.slug)


def luminance(colour: str) -> float:
    """Relative luminance, as WCAG 2 defines it."""
    shares = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_by_known_values() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_variants_come_in_order_of_their_papers() -> None:
    numbers = [variant.paper.arxiv for variant in VARIANTS]
    assert numbers == sorted(numbers) and len(set(numbers)) == len(numbers)
    assert VARIANTS[0].slug == "bert"


def test_a_slug_is_the_name_of_its_module() -> None:
    modules = {module.name for module in iter_modules(variants.__path__)} - {"core", "__main__"}
    assert sorted(variant.slug for variant in VARIANTS) == sorted(modules)
    for variant in VARIANTS:
        assert getattr(sys.modules[f"variants.{variant.slug}"], "VARIANT") is variant  # noqa: B009


def test_a_variant_is_found_by_its_slug() -> None:
    assert [find_variant(variant.slug) for variant in VARIANTS] == list(VARIANTS)


@pytest.mark.parametrize("slug", ["", "BERT", "gpt", "core", "__main__", "../bert"])
def test_an_unknown_slug_is_one_clear_line_that_names_the_others(slug: str) -> None:
    with pytest.raises(InputError) as caught:
        find_variant(slug)
    assert "bert" in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize("module", ["variants", "variants.__main__", "pages.ui.cache", "pages.ui.menu"])
def test_torch_is_not_imported_before_it_is_needed(module: str) -> None:
    """The menu and the tree are there at once."""
    code = f"import sys, {module}; print(sorted({{'torch', 'transformers', 'accelerate'}} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


@each_variant(VARIANTS)
def test_the_record_is_complete(variant: Variant) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]*", variant.slug)
    assert variant.name and variant.idea.endswith(".") and variant.example.endswith(".")
    assert 1 <= len(variant.change.split()) <= 6
    assert re.fullmatch(r"\d{4}\.\d{5}", variant.paper.arxiv)
    assert 2018 <= variant.paper.year <= 2030 and 1 <= variant.paper.month <= 12
    assert variant.paper.authors and variant.paper.title
    assert sys.modules[f"variants.{variant.slug}"].__doc__


@each_variant(VARIANTS)
def test_the_parent_is_an_older_variant(variant: Variant) -> None:
    if variant.parent is None:
        assert variant.branch == "origin"
    else:
        assert find_variant(variant.parent).paper.arxiv < variant.paper.arxiv
        assert variant.branch != "origin"


@each_variant(VARIANTS)
def test_every_claim_is_cited(variant: Variant) -> None:
    for claim in variant.claims:
        assert claim.text and re.search(r"(19|20)\d\d", claim.source)
    assert len({(claim.text, claim.source) for claim in variant.claims}) == len(variant.claims)


@each_variant(VARIANTS)
def test_the_accent_can_be_read_on_both_grounds(variant: Variant) -> None:
    for accent, ground in zip(variant.accent, GROUNDS, strict=True):
        assert re.fullmatch("#[0-9a-f]{6}", accent)
        assert contrast(accent, ground) >= 4.5


def test_accents_differ() -> None:
    for shade in zip(*(variant.accent for variant in VARIANTS), strict=True):
        assert len(set(shade)) == len(VARIANTS)


@each_variant(READY)
def test_module_page_and_parts_bear_the_same_name(variant: Variant) -> None:
    assert (ROOT / "pages" / "variants" / f"{variant.slug}.py").is_file()
    for name in PARTS:
        part = variant.part(name)
        assert part.__name__ == f"variants.{variant.slug}.{name}" and part.__doc__


def test_chapters_to_come_have_neither_page_nor_model() -> None:
    for variant in COMING:
        assert not (ROOT / "pages" / "variants" / f"{variant.slug}.py").exists()
        assert variant.shipped is None


def test_there_are_no_pages_nor_models_without_a_variant() -> None:
    slugs = {variant.slug for variant in READY}
    assert {path.stem for path in (ROOT / "pages" / "variants").glob("*.py")} == slugs
    assert {path.name for path in MODELS.iterdir() if path.is_dir() and path.name[0] != "."} <= slugs


@each_variant(SHIPPED)
def test_the_shipped_model_is_the_one_of_its_card(variant: Variant) -> None:
    shipped = variant.shipped or {}
    assert shipped["slug"] == variant.slug
    assert shipped["digest"] == digest_of(MODELS / variant.slug)
    checkpoint = variant.part("demo").load()
    assert checkpoint is variant.part("demo").load(variant.slug)
    assert checkpoint.name == variant.slug
    assert number_of_parameters(checkpoint.model) == shipped["parameters"]
    assert checkpoint.model.config.vocab_size == len(checkpoint.tokenizer)


@each_variant(SHIPPED)
def test_the_example_can_be_read_as_it_stands(variant: Variant) -> None:
    demo = variant.part("demo")
    encoded = demo.read(demo.load(), variant.example)
    assert encoded.notices == ()
    assert 5 <= len(encoded) <= 40


@pytest.fixture(scope="module")
def tokenizer() -> PreTrainedTokenizerFast:
    return load_vocabulary("wordpiece", MODELS / "bert")


@pytest.fixture(scope="module")
def store() -> TokenStore:
    return make_store([[[100 + (7 * d + s + t) % 900 for t in range(9)] for s in range(6)] for d in range(12)])


def build(variant: Variant, tokenizer: PreTrainedTokenizerFast, seed: int) -> Task:
    return variant.part("objective").build_task(tokenizer, seed=seed)


def texts_of(variant: Variant, store: TokenStore) -> TokenStore:
    """Return what a variant learns from: the store, or articles of it, the first sentence of each labelled."""
    if not variant.reads_articles:
        return store
    labels = tuple(tuple(sentence == 0 for sentence in range(6)) for _ in range(len(store)))
    return variant.part("articles").ArticleStore(**vars(store), labels=labels, articles=())


def batch_of(task: Task, store: TokenStore) -> Batch:
    return task.collate([e for index in range(4) for e in task.make_examples(store, index, copy=0, max_length=32)])


@each_variant(READY)
def test_the_objective_is_finite_and_differentiable(
    variant: Variant, tokenizer: PreTrainedTokenizerFast, store: TokenStore
) -> None:
    task = build(variant, tokenizer, 0)
    measures = task.objective(batch_of(task, texts_of(variant, store)))
    assert all(name == "loss" or name.endswith(("_loss", "_accuracy", "_count")) for name in measures)
    assert all(value.ndim == 0 and bool(torch.isfinite(value)) for value in measures.values())
    assert all(0 <= float(value) <= 1 for name, value in measures.items() if name.endswith("_accuracy"))
    measures["loss"].backward()
    for name, parameter in task.model.named_parameters():
        if parameter.requires_grad:  # a pooler that waits for its task has none
            assert parameter.grad is not None and bool(torch.isfinite(parameter.grad).all()), name


@each_variant(READY)
def test_the_same_seed_gives_the_same_model_batch_and_loss(
    variant: Variant, tokenizer: PreTrainedTokenizerFast, store: TokenStore
) -> None:
    tasks = [build(variant, tokenizer, seed) for seed in (1, 1, 2)]
    batches = [batch_of(task, texts_of(variant, store)) for task in tasks]
    with torch.no_grad():
        one, same, other = (float(t.objective(b)["loss"]) for t, b in zip(tasks, batches, strict=True))
    assert one == same != other
    assert all(torch.equal(batches[0][name], batches[1][name]) for name in batches[0])
