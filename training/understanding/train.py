"""`python -m training.understanding.train --out DIR --minutes N [--resume]`: train the joint model.

Every 100th sentence of the text (whole `say` lines, not expansions) is held out. Checkpoints are
written every few minutes; `--resume` goes on from the last one.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import time
from dataclasses import asdict
from pathlib import Path

import torch
import torch.nn.functional as F
import yaml
from torch import Tensor

from cabin_agent.understanding import moment
from cabin_agent.understanding.tokens import WordPieces
from training.understanding import others
from training.understanding.data import IGNORED, TAGS, Row, batches, encode, tensors
from training.understanding.generate import Generator
from training.understanding.model import JointModel, Shape
from training.understanding.start import build_tokenizer, take_over
from training.understanding.templates import (
    DEGREES,
    ROUTES,
    TARGETS,
    TEXT,
    Drawer,
    Entry,
    TextError,
    load_entries,
    load_slots,
)
from training.understanding.train_split import split

PEAK_RATE = 4e-4
BODY_SHARE = 0.35
BATCH_PIECES = 1400
CHECKPOINT_S = 180.0
NONE_WEIGHT = 0.4
MEANING_WEIGHT = 0.3
MEANING_TEMPERATURE = 0.1


def loss_of(outputs: tuple[Tensor, ...], batch: dict[str, Tensor], members: Tensor) -> Tensor:
    """The sum of all heads' losses. `members`: of `others.membership`."""
    addressed, complete, route, intent, target, degree, tags, belongs, meaning = (
        output.float() for output in outputs
    )
    actions = batch["actions"]
    weight = torch.ones(intent.shape[-1])
    weight[-1] = NONE_WEIGHT
    known = batch["actions"][:, 0, 0] != IGNORED
    total = F.binary_cross_entropy_with_logits(addressed, batch["addressed"])
    total = total + F.binary_cross_entropy_with_logits(complete, batch["complete"])
    total = total + _cross(route, batch["route"])
    if known.any():
        total = total + 2.0 * _cross(intent, actions[..., 0], weight)
        total = total + _cross(target, actions[..., 1]) + _cross(degree, actions[..., 2])
    total = total + _subject_loss(intent[:, 0], batch["subject"], members)
    total = total + 1.5 * _cross(tags, batch["tags"])
    total = total + MEANING_WEIGHT * _meaning_loss(meaning, batch, intent.shape[-1] - 1)
    return total + _cross(belongs, batch["belongs"])


def _meaning_loss(meaning: Tensor, batch: dict[str, Tensor], none: int) -> Tensor:
    """Sentences of one intent near each other, of others far (supervised contrast, Khosla 2020).

    What makes an intent that is never trained recognisable by its phrases. Single requests only.
    """
    intents = batch["actions"][..., 0]
    actions = ((intents != IGNORED) & (intents != none)).sum(-1)
    single = (actions == 1) & (batch["complete"] > 0.5)
    vectors, labels = meaning[single], intents[single, 0]
    alike = labels[:, None] == labels[None, :]
    alike.fill_diagonal_(False)
    if not alike.any():
        return meaning.sum() * 0.0
    scores = vectors @ vectors.T / MEANING_TEMPERATURE
    scores = scores.masked_fill(torch.eye(len(labels), dtype=torch.bool), -1e4)
    chances = scores.log_softmax(-1)
    counted = alike.sum(-1)
    kept = counted > 0
    return -((chances * alike).sum(-1)[kept] / counted[kept]).mean()


def _subject_loss(intent: Tensor, subject: Tensor, members: Tensor) -> Tensor:
    """How unlikely the first action is one of the subject that it must be of."""
    known = subject != IGNORED
    if not known.any():
        return intent.sum() * 0.0
    chances = intent[known].softmax(-1) * members[subject[known]]
    return -chances.sum(-1).clamp(min=1e-6).log().mean()


def _cross(logits: Tensor, labels: Tensor, weight: Tensor | None = None) -> Tensor:
    if not (labels != IGNORED).any():
        return logits.sum() * 0.0
    return F.cross_entropy(
        logits.reshape(-1, logits.shape[-1]),
        labels.reshape(-1),
        weight,
        ignore_index=IGNORED,
        label_smoothing=0.02,
    )


@torch.no_grad()
def exactness(model: JointModel, rows: list[Row], none: int) -> dict[str, float]:
    """Shares of held-out rows that are right: all intents, with places and degrees, all tags."""
    model.eval()
    right = {"intents": 0, "actions": 0, "tags": 0, "all": 0, "n": 0}
    sums = {"addressed": 0, "complete": 0, "route": 0, "routes": 0, "rows": 0}
    for group in batches(rows, BATCH_PIECES, random.Random(0)):
        batch = tensors(group)
        out = model(batch["ids"], batch["mask"], batch["moment"])
        sums["addressed"] += int(((out[0] > 0) == (batch["addressed"] > 0.5)).sum())
        sums["complete"] += int(((out[1] > 0) == (batch["complete"] > 0.5)).sum())
        judged = batch["route"] != IGNORED
        sums["route"] += int((out[2].argmax(-1) == batch["route"])[judged].sum())
        sums["routes"] += int(judged.sum())
        sums["rows"] += len(group)
        truth = batch["actions"]
        known = (truth[:, 0, 0] != IGNORED) & (batch["addressed"] > 0.5)
        intents = (out[3].argmax(-1) == truth[..., 0]).all(-1)
        real = truth[..., 0] == none
        places = ((out[4].argmax(-1) == truth[..., 1]) | real).all(-1)
        degrees = ((out[5].argmax(-1) == truth[..., 2]) | real).all(-1)
        words = ((out[6].argmax(-1) == batch["tags"]) | (batch["tags"] == IGNORED)).all(-1)
        actions = intents & places & degrees
        for name, hit in (
            ("intents", intents),
            ("actions", actions),
            ("tags", words),
            ("all", actions & words),
        ):
            right[name] += int((hit & known).sum())
        right["n"] += int(known.sum())
    model.train()
    shares = {
        name: right[name] / max(1, right["n"]) for name in ("intents", "actions", "tags", "all")
    }
    for name in ("addressed", "complete"):
        shares[name] = sums[name] / max(1, sums["rows"])
    shares["route"] = sums["route"] / max(1, sums["routes"])
    return shares


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--out", type=Path, required=True, help="folder of checkpoint and tokeniser"
    )
    parser.add_argument("--text", type=Path, default=TEXT)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--examples", type=int, default=60_000, help="drawn anew every epoch")
    parser.add_argument("--layers", type=int, default=4)
    parser.add_argument("--threads", type=int, default=0, help="0: as many as are idle")
    parser.add_argument("--rate", type=float, default=PEAK_RATE)
    parser.add_argument("--shared", type=Path, help="folder of what other people say (`others`)")
    parser.add_argument("--start", type=Path, help="a shipped model to go on from")
    parser.add_argument("--resume", action="store_true")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    train_entries, held_entries = split(load_entries(options.text))
    drawer = Drawer(load_slots(options.text))
    intents = sorted({label.intent for entry in train_entries for label in entry.actions})
    model, pieces = _prepare(options, train_entries, drawer, intents)
    held = [
        encode(example, pieces, intents)
        for example in Generator(held_entries, drawer, seed=99).examples(3000)
    ]
    _loop(model, pieces, intents, train_entries, drawer, held, options)


def _prepare(
    options: argparse.Namespace, entries: list[Entry], drawer: Drawer, intents: list[str]
) -> tuple[JointModel, WordPieces]:
    checkpoint = options.out / "model.pt"
    if options.resume and checkpoint.exists():
        saved = torch.load(checkpoint, weights_only=False)
        if saved["intents"] != intents:
            raise SystemExit(
                f"{checkpoint}: the text has other intents now; start without --resume"
            )
        model = JointModel(Shape(**saved["shape"]))
        model.load_state_dict(saved["weights"])
        return model, WordPieces(options.out / "tokenizer.json")
    texts = [example.text for example in Generator(entries, drawer, 5).examples(40_000)]
    document, known = build_tokenizer(texts)
    (options.out / "tokenizer.json").write_text(document, encoding="utf-8")
    pieces = WordPieces(options.out / "tokenizer.json")
    shape = Shape(
        vocabulary=pieces.size,
        moment=moment.SIZE,
        intents=len(intents),
        targets=len(TARGETS),
        degrees=len(DEGREES),
        routes=len(ROUTES),
        tags=len(TAGS),
        layers=options.layers,
    )
    model = JointModel(shape)
    vocabulary = json.loads(document)["model"]["vocab"]
    take_over(model, vocabulary, known)
    if options.start:
        from training.understanding.shipped import go_on

        print(f"{go_on(model, options.start, vocabulary, intents)} parameters taken over")
    return model, pieces


def _loop(
    model: JointModel,
    pieces: WordPieces,
    intents: list[str],
    entries: list[Entry],
    drawer: Drawer,
    held: list[Row],
    options: argparse.Namespace,
) -> None:
    body = [
        p
        for n, p in model.named_parameters()
        if n.startswith(("layers", "words", "positions", "norm"))
    ]
    heads = [
        p
        for n, p in model.named_parameters()
        if not n.startswith(("layers", "words", "positions", "norm"))
    ]
    optimiser = torch.optim.AdamW(
        [{"params": body, "share": BODY_SHARE}, {"params": heads, "share": 1.0}], weight_decay=0.01
    )
    began, saved, step, epoch, recent = time.time(), time.time(), 0, 0, []
    members = others.membership(intents)
    model.train()
    while True:
        torch.set_num_threads(options.threads or _idle_cores())
        generator = Generator(_current(options.text, entries, intents), drawer, seed=1000 + epoch)
        rows = [encode(e, pieces, intents) for e in generator.examples(options.examples)]
        if options.shared:
            rows += others.rows(options.shared, pieces, intents, random.Random(epoch))
        for group in batches(rows, BATCH_PIECES, random.Random(epoch)):
            done = (time.time() - began) / (options.minutes * 60)
            if done >= 1:
                _save(model, intents, options.out, exactness(model, held, len(intents)))
                return
            for part in optimiser.param_groups:
                part["lr"] = options.rate * part["share"] * min(1.0, (step + 1) / 200) * (1 - done)
            batch = tensors(group)
            with torch.autocast("cpu", dtype=torch.bfloat16):
                outputs = model(batch["ids"], batch["mask"], batch["moment"])
            loss = loss_of(outputs, batch, members)
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            step += 1
            recent.append(loss.item())
            if step % 100 == 0:
                mean = sum(recent[-100:]) / len(recent[-100:])
                print(f"epoch {epoch} step {step} {done:4.0%} loss {mean:.3f}", flush=True)
            if time.time() - saved > CHECKPOINT_S:
                saved = time.time()
                _save(model, intents, options.out, exactness(model, held, len(intents)))
        epoch += 1


def _idle_cores() -> int:
    cores = os.cpu_count() or 1
    return max(1, min(cores, round(cores - os.getloadavg()[0] + 1)))


def _current(text: Path, entries: list[Entry], intents: list[str]) -> list[Entry]:
    """The text as it is now: it may grow while the training runs. A broken file changes nothing."""
    try:
        train, _ = split(load_entries(text))
    except (TextError, yaml.YAMLError) as error:
        print(f"text unchanged: {error}", flush=True)
        return entries
    known = set(intents)
    return [e for e in train if all(label.intent in known for label in e.actions)]


def _save(model: JointModel, intents: list[str], out: Path, shares: dict[str, float]) -> None:
    print(
        "held out: " + ", ".join(f"{name} {share:.3f}" for name, share in shares.items()),
        flush=True,
    )
    state = {"shape": asdict(model.shape), "weights": model.state_dict(), "intents": intents}
    torch.save(state, out / "model.new")
    (out / "model.new").replace(out / "model.pt")


if __name__ == "__main__":
    main()
