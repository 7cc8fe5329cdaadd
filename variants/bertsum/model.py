"""BERTSUM's network: BERT, one [CLS] before every sentence, and layers that compare sentences.

Liu, 2019, sections 3.1 and 3.2 (the Transformer variant, BERTSUMEXT of Liu and Lapata, 2019). BERT turns
every sentence's [CLS] into a vector; two more Transformer layers, with sinusoids for the place of a
sentence, let the sentences of an article look at each other; a sigmoid of a linear layer scores each.

The paper's BERT reads 512 tokens at once, ours 128. So an article is read in windows of whole
sentences, and the two upper layers see all of them together: a departure, and the reason that no
sentence of a long article is lost.
"""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn
from transformers import BertConfig, BertModel, BertPreTrainedModel

from variants.core.checkpoint import Checkpoint, load_checkpoint
from variants.core.positions import sinusoids

INTER_SENTENCE_LAYERS = 2


class BertSum(BertPreTrainedModel):
    """An encoder, layers between sentences, and a score for each sentence."""

    def __init__(self, config: BertConfig) -> None:
        """Add what comes after BERT; ``config.inter_sentence_layers`` says how many layers."""
        super().__init__(config)
        self.bert = BertModel(config, add_pooling_layer=False)
        layers = cast(int, getattr(config, "inter_sentence_layers", INTER_SENTENCE_LAYERS))
        self.between = nn.ModuleList(
            nn.TransformerEncoderLayer(
                config.hidden_size,
                config.num_attention_heads,
                config.intermediate_size,
                dropout=config.hidden_dropout_prob,
                activation="gelu",
                batch_first=True,
                norm_first=True,  # as in the reference code
            )
            for _ in range(layers)
        )
        self.norm = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)
        self.score = nn.Linear(config.hidden_size, 1)
        self.post_init()

    def forward(
        self,
        input_ids: Tensor,
        attention_mask: Tensor,
        token_type_ids: Tensor,
        windows: Tensor,
        places: Tensor,
        *,
        between: bool = True,
    ) -> Tensor:
        """Return the logit of every sentence: (articles, sentences), the lowest number where there is none.

        Args:
            input_ids: the windows of all articles, (windows, tokens).
            attention_mask: the same shape, 0 at padding.
            token_type_ids: the same shape, 0 and 1 in turn from sentence to sentence.
            windows: which window each sentence stands in, (articles, sentences), -1 where there is none.
            places: where its [CLS] stands in that window, the same shape.
            between: whether the layers between sentences are used.
        """
        output = self.bert(input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids)
        real = windows >= 0
        sentences = cast(Tensor, output.last_hidden_state)[windows.clamp(min=0), places]
        return self.judge(sentences, real, between=between)

    def judge(self, sentences: Tensor, real: Tensor, *, between: bool = True) -> Tensor:
        """Return the logit of every sentence from its vector, (articles, sentences, hidden)."""
        if between:
            rows = sinusoids(sentences.shape[1], sentences.shape[2], standard_deviation=0.5**0.5).to(sentences)
            sentences = (sentences + rows) * real[:, :, None]
            for layer in self.between:
                sentences = layer(sentences, src_key_padding_mask=~real)
        logits = self.score(self.norm(sentences))[:, :, 0]
        return logits.masked_fill(~real, torch.finfo(logits.dtype).min)


def build(bert: BertModel, *, seed: int = 0) -> BertSum:
    """Return a BERTSUM over a copy of ``bert``; what is new is drawn from ``seed``."""
    config = BertConfig(**bert.config.to_dict())
    config.update({"inter_sentence_layers": INTER_SENTENCE_LAYERS})
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = BertSum(config)
    weights = {name: value for name, value in bert.state_dict().items() if not name.startswith("pooler.")}
    model.bert.load_state_dict(weights)
    return model


def load(source: str = "bertsum") -> Checkpoint[BertSum]:
    """Load our BERTSUM, or another one from a folder."""
    return load_checkpoint(BertSum.from_pretrained, source)
