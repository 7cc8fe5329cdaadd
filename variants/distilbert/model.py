"""DistilBERT's network: every second layer of its teacher, and the teacher's weights to start from.

Sanh et al., 2019, section 3, and the reference ``extract_distilbert.py``. The student has half the
layers, no segment table and no pooler. "Taking one layer out of two", it starts with the layers 1
and 3 of our teacher's 0 to 3, and with its embeddings and its MLM head; only the segment table, which
the student does not have, is lost on the way. The reference keeps the last layer too (0, 2, 4, 7, 9
and 11 of twelve): the head was trained on what that one says. With the layers 0 and 2, the
distillation loss was 1.8 times as high after 80 steps of training, tried once.

Left out: dropout.
"""

from __future__ import annotations

import torch
from transformers import BertForPreTraining, DistilBertConfig, DistilBertForMaskedLM

from variants.core.checkpoint import Checkpoint, load_checkpoint
from variants.core.positions import sinusoids
from variants.core.shape import SMALL, Shape

# The student's modules and those of the teacher that they start from.
EMBEDDINGS_AND_HEAD = {
    "distilbert.embeddings.word_embeddings": "bert.embeddings.word_embeddings",
    "distilbert.embeddings.position_embeddings": "bert.embeddings.position_embeddings",
    "distilbert.embeddings.LayerNorm": "bert.embeddings.LayerNorm",
    "vocab_transform": "cls.predictions.transform.dense",
    "vocab_layer_norm": "cls.predictions.transform.LayerNorm",
    "vocab_projector": "cls.predictions.decoder",
}
LAYER = {
    "attention.q_lin": "attention.self.query",
    "attention.k_lin": "attention.self.key",
    "attention.v_lin": "attention.self.value",
    "attention.out_lin": "attention.output.dense",
    "sa_layer_norm": "attention.output.LayerNorm",
    "ffn.lin1": "intermediate.dense",
    "ffn.lin2": "output.dense",
    "output_layer_norm": "output.LayerNorm",
}


def build(vocabulary_size: int, shape: Shape = SMALL, *, seed: int = 0) -> DistilBertForMaskedLM:
    """Return a fresh DistilBERT, half as deep as ``shape``, with random weights drawn from ``seed``."""
    config = DistilBertConfig(
        vocab_size=vocabulary_size,
        dim=shape.hidden_size,
        n_layers=shape.num_hidden_layers // 2,
        n_heads=shape.num_attention_heads,
        hidden_dim=shape.intermediate_size,
        max_position_embeddings=shape.max_length,
        dropout=0.0,
        attention_dropout=0.0,
        qa_dropout=0.0,
        seq_classif_dropout=0.0,
        pad_token_id=0,
    )
    config.intermediate_size = shape.intermediate_size  # the name that every other BERT has for hidden_dim
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = DistilBertForMaskedLM(config)
    with torch.no_grad():
        model.distilbert.embeddings.position_embeddings.weight.copy_(sinusoids(shape.max_length, shape.hidden_size))
    return model


def start_from(teacher: BertForPreTraining) -> DistilBertForMaskedLM:
    """Return a student that starts with every second layer of ``teacher``, the last one included."""
    config = teacher.config
    shape = Shape(
        hidden_size=config.hidden_size,
        num_hidden_layers=config.num_hidden_layers,
        num_attention_heads=config.num_attention_heads,
        intermediate_size=config.intermediate_size,
        max_length=config.max_position_embeddings,
    )
    student = build(config.vocab_size, shape)
    for ours, theirs in modules(student.config.n_layers).items():
        student.get_submodule(ours).load_state_dict(teacher.get_submodule(theirs).state_dict())
    return student


def modules(layers: int) -> dict[str, str]:
    """Return the name of each of the student's modules with that of the teacher's."""
    in_layers = {
        f"distilbert.transformer.layer.{layer}.{ours}": f"bert.encoder.layer.{2 * layer + 1}.{theirs}"
        for layer in range(layers)
        for ours, theirs in LAYER.items()
    }
    return EMBEDDINGS_AND_HEAD | in_layers


def load(source: str = "distilbert") -> Checkpoint[DistilBertForMaskedLM]:
    """Load our DistilBERT, or another one from a folder or by hub id."""
    return load_checkpoint(DistilBertForMaskedLM.from_pretrained, source)
