"""The network: one encoder over words and the moment, every answer a head of it.

    ids, mask, kinds (B, T): the words being said, then those of the turn before (kind 1)
    moment (B, M), sight (B, S): what the car knows, what its cameras saw
      -> encoder (B, 2 + T, D): moment and sight enter as one token each
      -> sentence heads: addressed, complete, route
      -> K queries, in order of mention, attend to the encoder: intent, target, degree of action k
      -> word heads: slot tags (BIO), and which action each word belongs to
      -> sentence embedding, for intents that were never trained
      -> the class of the road sign

The encoder starts from all-MiniLM-L6-v2 (Apache-2.0). All heads but the embedding read its lower
`LOWER` layers, refined by some of their own; the upper ones finish the meaning of the whole
sentence, as they do in MiniLM.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cabin_agent.understanding.sight import POINTED as SHOWN
from training.understanding.templates import TARGETS

K = 10
WIDTH = 384
LOWER = 4
KINDS = 2
NEVER = 1e-6
POINTED = TARGETS.index("pointed")


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of the network."""

    vocabulary: int
    moment: int
    sight: int
    signs: slice
    intents: int
    targets: int
    degrees: int
    routes: int
    tags: int
    width: int = WIDTH
    heads: int = 12
    layers: int = 6
    inner: int = 1536
    positions: int = 92
    refining: int = 0


class Attention(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(width, width)
        self.value = nn.Linear(width, width)
        self.out = nn.Linear(width, width)

    def forward(self, x: Tensor, memory: Tensor, hidden: Tensor) -> Tensor:
        """x (B, Q, D) attends to memory (B, S, D); hidden (B, 1, 1, S) is added to the scores."""
        batch, length, width = x.shape

        def split(y: Tensor) -> Tensor:
            return y.view(y.shape[0], y.shape[1], self.heads, -1).transpose(1, 2)

        q, k, v = split(self.query(x)), split(self.key(memory)), split(self.value(memory))
        scores = q @ k.transpose(-1, -2) / (width // self.heads) ** 0.5 + hidden
        mixed = scores.softmax(-1) @ v
        return self.out(mixed.transpose(1, 2).reshape(batch, length, width))


class Layer(nn.Module):
    """Post-norm transformer layer, as in BERT."""

    def __init__(self, shape: Shape, inner: int) -> None:
        super().__init__()
        self.attention = Attention(shape.width, shape.heads)
        self.norm1 = nn.LayerNorm(shape.width, eps=1e-12)
        self.up = nn.Linear(shape.width, inner)
        self.down = nn.Linear(inner, shape.width)
        self.norm2 = nn.LayerNorm(shape.width, eps=1e-12)
        self.drop = nn.Dropout(0.1)

    def forward(self, x: Tensor, memory: Tensor, hidden: Tensor) -> Tensor:
        x = self.norm1(x + self.drop(self.attention(x, memory, hidden)))
        return self.norm2(x + self.drop(self.down(F.gelu(self.up(x)))))


class Refining(nn.Module):
    """Pre-norm transformer layer that changes nothing before it has learned: it can be added to a
    trained network."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(shape.width)
        self.attention = Attention(shape.width, shape.heads)
        self.norm2 = nn.LayerNorm(shape.width)
        self.up = nn.Linear(shape.width, shape.inner)
        self.down = nn.Linear(shape.inner, shape.width)
        self.drop = nn.Dropout(0.1)
        for last in (self.attention.out, self.down):
            nn.init.zeros_(last.weight)
            nn.init.zeros_(last.bias)

    def forward(self, x: Tensor, hidden: Tensor) -> Tensor:
        near = self.norm1(x)
        x = x + self.drop(self.attention(near, near, hidden))
        return x + self.drop(self.down(F.gelu(self.up(self.norm2(x)))))


class JointModel(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        width = shape.width
        self.shape = shape
        self.words = nn.Embedding(shape.vocabulary, width)
        self.positions = nn.Embedding(shape.positions, width)
        self.kinds = nn.Embedding(KINDS, width)
        self.norm = nn.LayerNorm(width, eps=1e-12)
        self.moment = nn.Sequential(nn.Linear(shape.moment, 128), nn.GELU(), nn.Linear(128, width))
        self.sight = nn.Sequential(nn.Linear(shape.sight, 128), nn.GELU(), nn.Linear(128, width))
        self.layers = nn.ModuleList(Layer(shape, shape.inner) for _ in range(shape.layers))
        self.refining = nn.ModuleList(Refining(shape) for _ in range(shape.refining))
        self.queries = nn.Parameter(torch.randn(K, width) * 0.5)
        self.decoder = nn.ModuleList(Layer(shape, 768) for _ in range(2))
        self.sentence = nn.Linear(2 * width, 2 + shape.routes)
        self.intent = nn.Linear(width, shape.intents + 1)
        self.target = nn.Linear(width, shape.targets)
        self.degree = nn.Linear(width, shape.degrees)
        self.tags = nn.Linear(width, shape.tags)
        self.belongs = nn.Linear(width, width)
        signs = shape.signs.stop - shape.signs.start
        self.sign = nn.Linear(signs, signs)
        nn.init.eye_(self.sign.weight)
        self.sign.weight.data.mul_(8.0)
        self.drop = nn.Dropout(0.1)
        self.register_buffer("shown", _pointing(shape.sight), persistent=False)
        is_pointed = torch.arange(len(TARGETS)) == POINTED
        self.register_buffer("is_pointed", is_pointed, persistent=False)

    def forward(
        self,
        ids: Tensor,
        mask: Tensor,
        kinds: Tensor,
        moment: Tensor,
        sight: Tensor,
        places: int = K,
        meant: bool = True,
    ) -> tuple[Tensor, ...]:
        """`places`: how many actions to look for; fewer are cheaper, as it is not to look for what
        the sentence as a whole means (then the embedding is that of the lower layers)."""
        lower, hidden = self._encoded(ids, mask, kinds, moment, sight)
        said = (mask * (kinds == 0))[..., None]
        x = lower
        for refine in self.refining:
            x = refine(x, hidden)
        pooled = _mean(x[:, 2:], said)
        sentence = self.sentence(self.drop(torch.cat([x[:, 2], pooled], 1)))
        q = self.queries[None, :places].expand(len(ids), -1, -1)
        everyone = torch.zeros(len(ids), 1, 1, places, device=ids.device, dtype=hidden.dtype)
        for layer in self.decoder:
            q = layer(q, torch.cat([x, q], 1), torch.cat([hidden, everyone], -1))
        belongs = self.belongs(x[:, 2:]) @ q.transpose(1, 2) / self.shape.width**0.5
        return (
            sentence[:, 0],
            sentence[:, 1],
            sentence[:, 2:],
            self.intent(self.drop(q)),
            self._places(self.target(self.drop(q)), sight),
            self.degree(self.drop(q)),
            self.tags(x[:, 2:]),
            belongs,
            self._meaning(lower, hidden, said) if meant else pooled,
            self.sign(sight[:, self.shape.signs]),
        )

    def _places(self, logits: Tensor, sight: Tensor) -> Tensor:
        """The places (log probabilities): what is left of "this one" goes to what the hand shows,
        as a pointer network copies from its input (See et al. 2017)."""
        likely = logits.float().log_softmax(-1)
        shares = (sight.float() @ self.shown)[:, None]
        pointed = likely[..., POINTED : POINTED + 1]
        moved = pointed + (shares + NEVER).log()
        kept = (1.0 - shares.sum(-1, keepdim=True)).clamp(min=NEVER).log()
        places = torch.logsumexp(torch.stack([likely, moved], -1), -1)
        return torch.where(self.is_pointed, pointed + kept, places)

    def meaning(
        self, ids: Tensor, mask: Tensor, kinds: Tensor, moment: Tensor, sight: Tensor
    ) -> Tensor:
        """(B, D): the meaning alone, without what the heads cost."""
        x, hidden = self._encoded(ids, mask, kinds, moment, sight)
        return self._meaning(x, hidden, (mask * (kinds == 0))[..., None])

    def _meaning(self, x: Tensor, hidden: Tensor, said: Tensor) -> Tensor:
        for layer in self.layers[LOWER:]:
            x = layer(x, x, hidden)
        return F.normalize(_mean(x[:, 2:], said), dim=-1)

    def _encoded(
        self, ids: Tensor, mask: Tensor, kinds: Tensor, moment: Tensor, sight: Tensor
    ) -> tuple[Tensor, Tensor]:
        """(every token after the lower layers, the mask of attention)."""
        place = torch.arange(ids.shape[1], device=ids.device)[None]
        words = self.words(ids) + self.positions(place) + self.kinds(kinds)
        now, seen = self.moment(moment)[:, None], self.sight(sight)[:, None]
        x = self.drop(self.norm(torch.cat([now, seen, words], 1)))
        there = torch.cat([torch.ones_like(mask[:, :2]), mask], 1)
        hidden = (1.0 - there[:, None, None, :]) * -1e4
        for layer in self.layers[:LOWER]:
            x = layer(x, x, hidden)
        return x, hidden


def _pointing(size: int) -> Tensor:
    """(S, targets): from each number about the speaker's hand to the zone that it is about."""
    table = torch.zeros(size, len(TARGETS))
    for number, name in enumerate(SHOWN):
        _, _, zone = name.partition("_")
        if zone:
            table[number, TARGETS.index(zone)] = 1.0
    return table


def _mean(x: Tensor, weight: Tensor) -> Tensor:
    return (x * weight).sum(1) / weight.sum(1).clamp(min=1.0)
