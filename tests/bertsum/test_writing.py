"""Pairs, and the whole way from a toy corpus to a model on disk that the command line uses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bertsum.tiny import SENTENCES, TOKENIZER
from variants.__main__ import main
from variants.bertsum import demo, writer_store
from variants.bertsum.beams import Settings
from variants.bertsum.comparison import compare_written
from variants.bertsum.pairs import LONGEST_SUMMARY, MOST_SENTENCES, Pair, examples_of, read_pairs
from variants.bertsum.sample_articles import sample_articles
from variants.bertsum.verdict import verdict_on
from variants.bertsum.writer_store import TrainedWriter, load_writer
from variants.bertsum.writing import beginnings, text_of, write, writing_windows
from variants.core.corpus import read_documents, split_of
from variants.core.errors import InputError

SAMPLE = sample_articles()[0]


def test_leads_are_the_summaries_of_what_follows(labelled: Path, corpus: Path) -> None:
    documents = list(read_documents(corpus / "wikipedia_cabosanlucas.txt"))
    for split in ("train", "validation", "test"):
        pairs = [pair for pair in read_pairs(labelled, corpus, split) if pair.source == "wikipedia"]
        kept = [document for document in documents if split_of(document) == split]
        assert [" ".join(pair.summary) for pair in pairs] == [document.paragraphs[0] for document in kept]
        assert all(pair.sentences == SENTENCES for pair in pairs)
    with pytest.raises(InputError, match="wikipedia_cabosanlucas"):
        read_pairs(labelled, Path(__file__).parents[2] / "assets" / "text", "train")


def test_a_summary_keeps_the_sentences_that_fit() -> None:
    long = "A rabbit " * 40 + "ran."
    pairs = [
        Pair("openstax", SENTENCES, ("One queen.", "Two queens.", "Three queens.")),
        Pair("openstax", SENTENCES, ("One queen.", long)),
        Pair("openstax", SENTENCES, (long, "One queen.")),
        Pair("openstax", SENTENCES[:1], ("One queen.",)),
    ]
    found = examples_of(pairs, TOKENIZER)
    assert [example.summary for example in found] == ["One queen. Two queens.", "One queen."]
    assert all(len(example.target) <= LONGEST_SUMMARY and MOST_SENTENCES == 2 for example in found)
    assert all(example.target[-1] == TOKENIZER.sep_token_id for example in found)
    (many,) = examples_of([Pair("openstax", SENTENCES * 8, ("One queen.",))], TOKENIZER)
    assert len(many.window.input_ids) <= 128 and many.sentences == (SENTENCES * 8)[: len(many.window.places)]


def test_what_is_tuned_is_written_with_card_history_and_measures(models: Path) -> None:
    folder = models / writer_store.FOLDER
    assert sorted(path.name for path in folder.iterdir()) == [
        "history.csv",
        "metrics.json",
        "recipe.json",
        "writer.safetensors",
    ]
    record = writer_store.recorded(models)
    assert record is not None and record["steps"] == 3 and record["pairs"]["wikipedia"] > 300
    metrics = record["metrics"]
    assert metrics["summed_up"] == {"openstax": 2, "scitldr": 2, "wikipedia": 2}
    for scores in metrics["rouge"].values():
        assert all(0 <= row["rouge1"] <= 1 and row["rouge1_error"] >= 0 for row in scores.values())
    ours, another = (metrics["rouge"][name]["openstax"]["rouge1"] for name in ("written", "another"))
    assert metrics["ahead_of_another"]["openstax"]["rouge1"] == pytest.approx(ours - another)
    verdict = verdict_on(metrics)
    assert {*verdict.better, *verdict.worse, *verdict.undecided} == {"openstax", "scitldr", "wikipedia"}
    history = (folder / "history.csv").read_text().splitlines()
    assert [line.split(",")[0] for line in history] == ["step", "2", "3"]


def test_without_card_or_weights_there_is_no_writer(models: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="tune bertsum"):
        load_writer(tmp_path)
    folder = tmp_path / writer_store.FOLDER
    folder.mkdir(parents=True)
    for name in ("metrics.json", "recipe.json"):
        (folder / name).write_bytes((models / writer_store.FOLDER / name).read_bytes())
    (folder / writer_store.WEIGHTS).write_bytes(b"damaged")
    with pytest.raises(InputError, match="not those of their card"):
        load_writer(tmp_path)
    card = json.loads((folder / "recipe.json").read_text())
    (folder / "recipe.json").write_text(json.dumps(card | {"origins": {"bert": "another"}}))
    assert writer_store.recorded(tmp_path) is None


def test_what_is_read_is_what_was_measured(models: Path, writer: TrainedWriter) -> None:
    assert not any(p.requires_grad for p in writer.model.parameters()) and not writer.model.training
    assert all(p.half().float().equal(p) for name, p in writer.model.named_parameters() if "embeddings" not in name)
    assert load_writer(models) is writer


def test_a_window_is_read_and_a_summary_written(writer: TrainedWriter) -> None:
    reading = demo.read(demo.load(), SAMPLE.text)
    windows = writing_windows(writer, reading.token_ids)
    settings = Settings(beams=2, shortest=3, longest=9)
    written = write(writer, windows[1], reading.sentences, settings)
    assert written.read == windows[1].sentences and written.search.settings == settings
    assert "".join(each.text for each in written.stretches) == written.summary
    assert written.summary == text_of(writer.tokenizer, written.search.best.ids)
    assert [len(row) for row in written.tokens] == [len(step.beams) for step in written.search.steps]
    step, place = written.search.last
    assert beginnings(writer.tokenizer, written, step + 1)[place] == written.summary
    assert write(writer, windows[1], reading.sentences, settings) == written


def test_everybody_gets_as_many_words() -> None:
    entries = compare_written("the zebra was late", SENTENCES, (2, 0), reference="A late zebra.")
    assert [len(entry.text.split()) for entry in entries] == [4, 4, 4]
    assert entries[0].novel_words == 0.25 and entries[1].novel_words == entries[2].novel_words == 0.0
    assert entries[1].text == "A cat sat on" and entries[2].text == "The rabbit went down"
    assert all(entry.rouge for entry in entries)
    assert all(entry.rouge is None for entry in compare_written("the zebra", SENTENCES, (0,)))


def test_the_command_writes_what_the_library_writes(
    writer: TrainedWriter,
    models: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setattr("variants.bertsum.command.load_writer", lambda: load_writer(models))
    (tmp_path / "article.txt").write_text(" ".join(SENTENCES), encoding="utf-8")
    asked = ["bertsum", str(tmp_path / "article.txt"), "--abstractive", "--beam", "2", "--reference", "A late queen."]
    assert main([*asked, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["abstractive"]
    reading = demo.read(demo.load(), " ".join(SENTENCES))
    window = writing_windows(writer, reading.token_ids)[0]
    written = write(writer, window, reading.sentences, Settings(beams=2))
    assert found["summary"] == written.summary and found["log_probability"] == written.search.best.log_probability
    assert found["read"] == list(window.sentences) and set(found["rouge"]) == {"rouge1", "rouge2", "rougeL"}
    assert found["novel"] == {"words": written.novel_words, "pairs": written.novel_pairs}
    assert main(asked) == 0
    assert written.summary in capsys.readouterr().out
    assert main([*asked[:3], "--beam", "0"]) == 2
