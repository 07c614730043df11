"""`python -m training.understanding.mix OLD NEW --out DIR [--old 0.35] [--old-encoder 1]`

The mean of checkpoints.

Weights trained on from others lie in one valley with them: their mean is often better than both
(Wortsman et al., Model soups, 2022). Both must have the same intents in the same order.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

import torch

from training.averaging import mean_of
from training.understanding.train import ENCODER


def mixed(old: Path, new: Path, share: float, encoder: float) -> dict[str, object]:
    """The checkpoint `new` with `share` of `old` in its weights, with `encoder` of it in those of
    the encoder; ValueError if they do not fit."""
    first, second = (torch.load(each / "model.pt", weights_only=False) for each in (old, new))
    if first["intents"] != second["intents"] or first["shape"] != second["shape"]:
        raise ValueError(f"{old} and {new} have other intents or another shape")
    both = [second["weights"], first["weights"]]
    weights = mean_of(both, [1.0 - share, share])
    understood = mean_of(both, [1.0 - encoder, encoder])
    weights |= {name: value for name, value in understood.items() if name.startswith(ENCODER)}
    return {**second, "weights": weights}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("old", type=Path, help="folder of a checkpoint and its tokeniser")
    parser.add_argument("new", type=Path, help="the one trained on from it")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--old", type=float, default=0.35, dest="share", help="share of OLD")
    parser.add_argument("--old-encoder", type=float, help="share of OLD's encoder, if another")
    options = parser.parse_args()
    encoder = options.share if options.old_encoder is None else options.old_encoder
    options.out.mkdir(parents=True, exist_ok=True)
    made = mixed(options.old, options.new, options.share, encoder)
    torch.save(made, options.out / "model.pt")
    shutil.copy(options.new / "tokenizer.json", options.out / "tokenizer.json")


if __name__ == "__main__":
    main()
