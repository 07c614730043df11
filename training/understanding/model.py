"""The network: one encoder over words and the moment, every answer a head of it.

    ids, mask (B, T) and moment (B, M)
      -> encoder (B, 1 + T, D): the moment enters as one more token
      -> sentence heads: addressed, complete, route
      -> K queries, in order of mention, attend to the encoder: intent, target, degree of action k
      -> word heads: slot tags (BIO), and which action each word belongs to
      -> sentence embedding, for intents that were never trained

The encoder starts from all-MiniLM-L6-v2 (Apache-2.0), whose first `layers` layers are kept.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

K = 10
WIDTH = 384


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of the network."""

    vocabulary: int
    moment: int
    intents: int
    targets: int
    degrees: int
    routes: int
    tags: int
    width: int = WIDTH
    heads: int = 12
    layers: int = 4
    inner: int = 1536
    positions: int = 66


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


class JointModel(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        width = shape.width
        self.shape = shape
        self.words = nn.Embedding(shape.vocabulary, width)
        self.positions = nn.Embedding(shape.positions, width)
        self.norm = nn.LayerNorm(width, eps=1e-12)
        self.moment = nn.Sequential(nn.Linear(shape.moment, 128), nn.GELU(), nn.Linear(128, width))
        self.layers = nn.ModuleList(Layer(shape, shape.inner) for _ in range(shape.layers))
        self.queries = nn.Parameter(torch.randn(K, width) * 0.5)
        self.decoder = nn.ModuleList(Layer(shape, 768) for _ in range(2))
        self.sentence = nn.Linear(2 * width, 2 + shape.routes)
        self.intent = nn.Linear(width, shape.intents + 1)
        self.target = nn.Linear(width, shape.targets)
        self.degree = nn.Linear(width, shape.degrees)
        self.tags = nn.Linear(width, shape.tags)
        self.belongs = nn.Linear(width, width)
        self.drop = nn.Dropout(0.1)

    def forward(self, ids: Tensor, mask: Tensor, moment: Tensor) -> tuple[Tensor, ...]:
        batch, length = ids.shape
        place = torch.arange(length, device=ids.device)[None]
        words = self.words(ids) + self.positions(place)
        now = self.moment(moment)[:, None]
        x = self.drop(self.norm(torch.cat([now, words], 1)))
        seen = torch.cat([torch.ones_like(mask[:, :1]), mask], 1)
        hidden = (1.0 - seen[:, None, None, :]) * -1e4
        for layer in self.layers:
            x = layer(x, x, hidden)
        counted = mask[..., None]
        pooled = (x[:, 1:] * counted).sum(1) / counted.sum(1).clamp(min=1.0)
        sentence = self.sentence(self.drop(torch.cat([x[:, 1], pooled], 1)))
        q = self.queries[None].expand(batch, -1, -1)
        everyone = torch.zeros(batch, 1, 1, K, device=ids.device, dtype=hidden.dtype)
        for layer in self.decoder:
            q = layer(q, torch.cat([x, q], 1), torch.cat([hidden, everyone], -1))
        tags = self.tags(x[:, 1:])
        belongs = self.belongs(x[:, 1:]) @ q.transpose(1, 2) / self.shape.width**0.5
        return (
            sentence[:, 0],
            sentence[:, 1],
            sentence[:, 2:],
            self.intent(self.drop(q)),
            self.target(self.drop(q)),
            self.degree(self.drop(q)),
            tags,
            belongs,
            F.normalize(pooled, dim=-1),
        )
