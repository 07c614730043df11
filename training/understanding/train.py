"""`python -m training.understanding.train --out DIR --minutes N [--resume]`: train the joint model.

One sentence in `train_split.HELD_OUT_EVERY` is held out. The text may grow while the training runs:
it is read again for every epoch, and an intent that is new gets a row in the heads. Checkpoints are
written every few minutes; `--resume` goes on from the last one, in a process that may have newer
code. What is expensive to know about a sentence in English or Mandarin comes from `dictionary`.
Lines that the network still gets wrong are drawn more often (`difficulty`). Where there is a GPU:
`--device cuda --workers 6 --pieces 3200`.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import torch
from torch import Tensor
from torch.utils.data import DataLoader

from cabin_agent.understanding import moment, sight
from cabin_agent.understanding.moment import Moment
from cabin_agent.understanding.tokens import WordPieces
from training import precision
from training.understanding import others
from training.understanding.data import TAGS, Row, encode, inputs
from training.understanding.dictionary import Lessons
from training.understanding.difficulty import Difficulty
from training.understanding.generate import Example, Generator
from training.understanding.held_out import exactness
from training.understanding.losses import lesson_loss, loss_of
from training.understanding.material import Material, Prepared, intents_of
from training.understanding.model import JointModel, Shape
from training.understanding.start import build_tokenizer, take_over
from training.understanding.templates import (
    DEGREES,
    ROUTES,
    TARGETS,
    TEXT,
    Drawer,
    load_entries,
    load_slots,
)
from training.understanding.train_split import split

PEAK_RATE = 4e-4
BODY_SHARE = 0.4
BODY = ("layers", "positions", "norm")
ENCODER = (*BODY, "words", "kinds")
"""What plugins' phrases are understood by: `--keep-encoder` leaves it as it is."""
WARM_UP_STEPS = 150
DECAY_FROM = 0.5
BATCH_PIECES = 800
CHECKPOINT_S = 240.0
CHECK_EVERY = 4
MEANING_EVERY = 8
LESSON_EVERY = 6
LESSON_SHARES = (1.0, 0.5)
JUDGED_EVERY = 5
LESSON_WEIGHT = 2.0
LESSONS_FULL = 0.35
HELD_OUT_EXAMPLES = 1000


@dataclass
class Course:
    """What a training run works with; `intents` grow with the text."""

    model: JointModel
    material: Material
    out: Path
    lessons: Lessons | None
    rate: float
    difficulty: Difficulty
    device: str
    workers: int
    keep_encoder: bool = False

    def batches(self) -> Iterator[Prepared]:
        """What is to be learned, without end, on the device."""
        loader = DataLoader(
            self.material,
            batch_size=None,
            num_workers=self.workers,
            prefetch_factor=8 if self.workers else None,
        )
        for found in loader:
            if found.only_meaning and self.keep_encoder:
                continue
            batch = {n: v.to(self.device, non_blocking=True) for n, v in found.batch.items()}
            yield replace(found, batch=batch)

    def survey(self) -> None:
        """Look at every line once, where nothing is known of any."""
        entries, _ = self.material.entries()
        generator = Generator(entries, Drawer(load_slots(self.material.text)), seed=0)
        rows = [self._encoded(example) for example in generator.every()]
        share = self.difficulty.survey(self.model, rows, len(self.material.intents))
        self.difficulty.save()
        print(f"{len(rows)} lines, {share:.1%} wrong at first", flush=True)

    def grow(self, new: list[str]) -> list[str]:
        """Give the network rows for new intents."""
        print(f"new intents: {', '.join(new)}", flush=True)
        intents = [*self.material.intents, *new]
        self.model = grown(self.model, len(intents)).to(self.device)
        return intents

    def _encoded(self, example: Example) -> Row:
        return encode(example, self.material.pieces, self.material.intents)

    def check(self) -> None:
        """Print how well it does on what was held out."""
        _, entries = self.material.entries()
        generator = Generator(entries, Drawer(load_slots(self.material.text)), seed=99)
        rows = [self._encoded(example) for example in generator.examples(HELD_OUT_EXAMPLES)]
        shares = exactness(self.model, rows, len(self.material.intents))
        shown = ", ".join(f"{name} {share:.3f}" for name, share in shares.items())
        print(f"held out: {shown}", flush=True)

    def save(self) -> None:
        state = {
            "shape": asdict(self.model.shape),
            "weights": {n: v.cpu() for n, v in self.model.state_dict().items()},
            "intents": self.material.intents,
        }
        self.difficulty.save()
        torch.save(state, self.out / "model.new")
        (self.out / "model.new").replace(self.out / "model.pt")


def grown(model: JointModel, intents: int) -> JointModel:
    """The same network with rows for more intents; "no action" stays the last."""
    larger = JointModel(replace(model.shape, intents=intents))
    state, known = model.state_dict(), model.shape.intents
    for name in ("intent.weight", "intent.bias"):
        fresh = larger.state_dict()[name]
        fresh[:known] = state[name][:known]
        fresh[-1] = state[name][-1]
        state[name] = fresh
    larger.load_state_dict(state)
    return larger.train()


def started(options: argparse.Namespace) -> tuple[JointModel, WordPieces, list[str]]:
    """The network as the last checkpoint, a shipped model or MiniLM leaves it."""
    checkpoint = options.out / "model.pt"
    if options.resume and checkpoint.exists():
        saved = torch.load(checkpoint, weights_only=False)
        model = JointModel(Shape(**saved["shape"]))
        model.load_state_dict(saved["weights"])
        return model, WordPieces(options.out / "tokenizer.json"), saved["intents"]
    entries, _ = split(load_entries(options.text))
    drawer, intents = Drawer(load_slots(options.text)), intents_of(entries)
    texts = [example.text for example in Generator(entries, drawer, 5).examples(30_000)]
    document, known = build_tokenizer(texts)
    (options.out / "tokenizer.json").write_text(document, encoding="utf-8")
    pieces = WordPieces(options.out / "tokenizer.json")
    shape = Shape(
        vocabulary=pieces.size,
        moment=moment.SIZE,
        sight=sight.SIZE,
        signs=sight.SIGNS,
        intents=len(intents),
        targets=len(TARGETS),
        degrees=len(DEGREES),
        routes=len(ROUTES),
        tags=len(TAGS),
        refining=options.refining,
    )
    model = JointModel(shape)
    vocabulary = json.loads(document)["model"]["vocab"]
    take_over(model, vocabulary, known)
    if options.start:
        from training.understanding.shipped import go_on

        print(f"{go_on(model, options.start, vocabulary, intents)} parameters taken over")
    return model, pieces, intents


def keep_encoder(model: JointModel) -> None:
    """Only what reads the encoder learns from now on."""
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(not name.startswith(ENCODER))


def optimiser_of(model: JointModel) -> torch.optim.Optimizer:
    learning = [(n, p) for n, p in model.named_parameters() if p.requires_grad]
    body = [p for n, p in learning if n.startswith(BODY)]
    heads = [p for n, p in learning if not n.startswith(BODY)]
    parts = [{"params": body, "share": BODY_SHARE}, {"params": heads, "share": 1.0}]
    return torch.optim.AdamW(parts, weight_decay=0.01, fused=True)


class Lectures:
    """Batches of lessons without end."""

    def __init__(self, lessons: Lessons, pieces: WordPieces, seed: int) -> None:
        self._lessons = lessons
        self._ids = [pieces.encode(text).ids for text in lessons.texts]
        self._rng = random.Random(seed)
        self._moment = torch.from_numpy(moment.encode(Moment(), ""))

    def draw(self, size: int) -> tuple[tuple[Tensor, ...], Tensor]:
        """(inputs of the network, vectors wanted) of about `size` word pieces."""
        rows: list[int] = []
        longest = 0
        while (len(rows) + 1) * longest <= size:
            rows.append(self._rng.randrange(len(self._ids)))
            longest = max(longest, len(self._ids[rows[-1]]))
        ids, mask = (
            torch.zeros(len(rows), longest, dtype=torch.int64),
            torch.zeros(len(rows), longest),
        )
        for place, row in enumerate(rows):
            ids[place, : len(self._ids[row])] = torch.tensor(self._ids[row])
            mask[place, : len(self._ids[row])] = 1.0
        now = self._moment.expand(len(rows), -1)
        given = (ids, mask, torch.zeros_like(ids), now, torch.zeros(len(rows), sight.SIZE))
        return given, torch.from_numpy(self._lessons.vectors[rows])


def train(course: Course, minutes: float) -> None:
    """Epoch after epoch until the time is over."""
    began = saved = time.time()
    material, recent, checkpoints = course.material, [torch.zeros(())], 0
    lectures = Lectures(course.lessons, material.pieces, material.seed) if course.lessons else None
    model, optimiser, members = _learning(course)
    judged_every = 1 if course.device == "cpu" else JUDGED_EVERY
    model.train()
    for step, prepared in enumerate(course.batches(), 1):
        done = (time.time() - began) / (minutes * 60)
        if course.model is not model:
            model, optimiser, members = _learning(course)
        if done >= 1:
            break
        warm = min(1.0, step / WARM_UP_STEPS)
        for part in optimiser.param_groups:
            part["lr"] = course.rate * part["share"] * warm * _decay(done)
        batch = prepared.batch
        places, meant = batch["actions"].shape[1], step % MEANING_EVERY == 0
        meant = (meant or prepared.only_meaning) and not course.keep_encoder
        with precision.fastest(course.device):
            outputs = model(*inputs(batch), places=places, meant=meant)
        if step % judged_every == 0:
            course.difficulty.judge(prepared.lines, outputs, batch, len(material.intents))
        loss = loss_of(outputs, batch, members, meant)
        optimiser.zero_grad()
        loss.backward()
        if lectures and step % LESSON_EVERY == 0:
            _attend(course, lectures, done)
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        recent.append(loss.detach())
        if step % 50 == 0:
            mean = torch.stack(recent[-50:]).mean()
            print(f"step {step} {done:4.0%} loss {mean:.3f}", flush=True)
        if time.time() - saved > CHECKPOINT_S:
            saved = time.time()
            course.save()
            checkpoints += 1
            if checkpoints % CHECK_EVERY == 0:
                course.check()
    course.save()
    course.check()


def _learning(course: Course) -> tuple[JointModel, torch.optim.Optimizer, Tensor]:
    """The network as it is now, what improves it, and which intents belong to which subject."""
    if course.keep_encoder:
        keep_encoder(course.model)
    members = others.membership(course.material.intents).to(course.device)
    return course.model, optimiser_of(course.model), members


def _attend(course: Course, lectures: Lectures, done: float) -> None:
    """Add the gradient of one batch of lessons; many at first, fewer later."""
    share = LESSON_SHARES[0] if done < LESSONS_FULL else LESSON_SHARES[1]
    given, wanted = lectures.draw(int(share * course.material.batch_pieces))
    given = tuple(each.to(course.device, non_blocking=True) for each in given)
    with precision.fastest(course.device):
        meaning = course.model.meaning(*given)
    (LESSON_WEIGHT * lesson_loss(meaning, wanted.to(course.device))).backward()


def _decay(done: float) -> float:
    return 1.0 if done < DECAY_FROM else max(0.0, (1.0 - done) / (1.0 - DECAY_FROM))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--out", type=Path, required=True, help="folder of checkpoint and tokeniser"
    )
    parser.add_argument("--text", type=Path, default=TEXT)
    parser.add_argument("--minutes", type=float, default=75)
    parser.add_argument("--examples", type=int, default=12_000, help="drawn anew every epoch")
    parser.add_argument("--threads", type=int, default=0, help="0: OMP_NUM_THREADS or all")
    parser.add_argument("--rate", type=float, default=PEAK_RATE)
    parser.add_argument("--shared", type=Path, help="folder of what other people say (`others`)")
    parser.add_argument("--lessons", type=Path, help="file made by `dictionary`")
    parser.add_argument("--start", type=Path, help="a shipped model to go on from")
    parser.add_argument(
        "--refining", type=int, default=0, help="layers of a new network that only the heads read"
    )
    parser.add_argument("--resume", action="store_true")
    parser.add_argument(
        "--keep-encoder", action="store_true", help="only the layers that read it learn; no lessons"
    )
    parser.add_argument("--device", default="cpu", help="cuda where there is a GPU")
    parser.add_argument("--workers", type=int, default=0, help="processes that draw examples")
    parser.add_argument("--pieces", type=int, default=BATCH_PIECES, help="word pieces a batch")
    options = parser.parse_args()
    torch.set_num_threads(options.threads or int(os.environ.get("OMP_NUM_THREADS", "0")) or 2)
    options.out.mkdir(parents=True, exist_ok=True)
    model, pieces, intents = started(options)
    difficulty = options.out / "difficulty.json"
    material = Material(
        options.text,
        pieces,
        intents,
        options.shared,
        options.examples,
        options.pieces,
        difficulty,
        int(time.time()) % 100_000,
    )
    course = Course(
        model.to(options.device),
        material,
        options.out,
        Lessons.load(options.lessons) if options.lessons and not options.keep_encoder else None,
        options.rate,
        Difficulty(difficulty),
        options.device,
        options.workers,
        options.keep_encoder,
    )
    if not options.workers:
        material.grow = course.grow
    if not len(course.difficulty):
        course.survey()
    train(course, options.minutes)


if __name__ == "__main__":
    main()
