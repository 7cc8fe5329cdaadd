"""The sample as a store: every token in its place."""

from __future__ import annotations

from tests.tiny import sample_tokenizer
from variants.core.sample_store import sample_store
from variants.core.samples import sample_documents
from variants.core.token_store import split_sentences


def test_documents_and_sentences_keep_their_order() -> None:
    tokenizer = sample_tokenizer("wordpiece")
    store, documents = sample_store(tokenizer), sample_documents()
    assert len(store) == len(documents)
    for index, document in enumerate(documents):
        sentences = [s for paragraph in document.paragraphs for s in split_sentences(paragraph)]
        expected = [tokenizer.encode(s, add_special_tokens=False) for s in sentences]
        assert store.document(index) == [ids for ids in expected if ids]
    assert int(store.document_lengths().sum()) == len(store.tokens) > 5_000
