"""``python -m variants distilbert``: the page's numbers, and one line for what makes no sense."""

from __future__ import annotations

import json
from typing import Any

import pytest

from variants.__main__ import main
from variants.core.reading import default_masks
from variants.core.release import number_of_parameters
from variants.distilbert.demo import DistilBert, Teacher, hear, read
from variants.distilbert.soft_targets import losses, soft_guesses

Shipped = tuple[Teacher, DistilBert]
TEXT = "There are seven days in a week."


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert main(["distilbert", *arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("temperature", [1, 2, 5])
def test_it_prints_what_the_page_computes(
    capsys: pytest.CaptureFixture[str], shipped: Shipped, temperature: int
) -> None:
    teacher, student = shipped
    result = printed(capsys, TEXT, "--temperature", str(temperature), "--mask", "3,7", "--top-k", "4")
    lesson = hear(teacher, student, read(student, TEXT), (3, 7))
    assert result["tokens"] == list(lesson.encoded.tokens)
    for who in ("teacher", "student"):
        assert [mask["position"] for mask in result[who]] == [3, 7]
        for mask in result[who]:
            expected = soft_guesses(student, lesson, who, mask["position"], temperature=temperature, top_k=4)
            assert [(p["token"], p["probability"]) for p in mask["predictions"]] == [
                (guess.token, guess.probability) for guess in expected
            ]
    found = losses(lesson, temperature)
    assert result["losses"] == {
        "distillation": found.distillation,
        "mlm": found.mlm,
        "cosine": found.cosine,
        "total": found.total,
    }
    assert result["parameters"] == {
        "teacher": number_of_parameters(teacher.model),
        "student": number_of_parameters(student.model),
    }


def test_at_temperature_one_the_teacher_is_berts_own_page(capsys: pytest.CaptureFixture[str]) -> None:
    ours = printed(capsys, "The [MASK] sat on the mat.", "--temperature", "1")
    assert main(["bert", "The [MASK] sat on the mat.", "--json"]) == 0
    theirs = json.loads(capsys.readouterr().out)
    for one, other in zip(ours["teacher"], theirs["masks"], strict=True):
        assert one["position"] == other["position"]
        for guess, same in zip(one["predictions"], other["predictions"], strict=True):
            assert guess["token"] == same["token"]
            assert guess["probability"] == pytest.approx(same["probability"], rel=1e-4)


def test_until_told_otherwise_it_hides_what_the_page_hides(
    capsys: pytest.CaptureFixture[str], shipped: Shipped
) -> None:
    result = printed(capsys, TEXT)
    places = default_masks(shipped[1], read(shipped[1], TEXT))
    assert [mask["position"] for mask in result["student"]] == list(places)
    assert result["temperature"] == 2
    total = 5 * result["losses"]["distillation"] + 2 * result["losses"]["mlm"] + result["losses"]["cosine"]
    assert result["losses"]["total"] == pytest.approx(total, rel=1e-6)


def test_a_typed_mask_has_no_answer_and_that_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    result = printed(capsys, "The cat sat on the [MASK].")
    assert result["losses"]["mlm"] is None and result["losses"]["total"] > 0
    assert any("--mask" in notice for notice in result["notices"])


def test_a_reader_gets_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["distilbert", TEXT]) == 0
    out = capsys.readouterr().out
    assert out.startswith("[CLS] there are") and "teacher" in out and "distillation" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("",), "nothing to read"),
        (("a", "--temperature", "0"), "--temperature"),
        (("a", "--temperature", "-2"), "--temperature"),
        (("a", "--temperature", "nan"), "--temperature"),
        (("a", "--temperature", "1e9"), "--temperature"),
        (("a", "--top-k", "0"), "--top-k"),
        (("a", "--mask", "x"), "--mask"),
        (("a", "--mask", "0"), "never hidden"),
        (("a", "--mask", "99"), "no token 99"),
        (("a", "--checkpoint", "no/such-model"), "cannot be loaded"),
    ],
)
def test_bad_input_gets_one_line(capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str) -> None:
    assert main(["distilbert", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == "" and "Traceback" not in captured.err
    assert said in captured.err.strip().splitlines()[-1]
