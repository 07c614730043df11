"""The sign encoder: finds the road sign in a picture and says which it is.

The graph gives classes for every window of 40 pixels. It is run over the picture in several sizes;
the window that is surest of a sign is looked at again, a little larger, smaller and beside, and
what these looks say on average counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from PIL import Image

from cabin_agent.errors import NotReady
from cabin_agent.seeing import graphs
from cabin_agent.seeing.frames import Pixels, tensor
from cabin_agent.seen import SIGN_CLASSES

FILE = "signs.onnx"
WINDOW, STRIDE = 40, 8
NONE = SIGN_CLASSES
WIDEST = 320
"""The picture is scaled to this width first: a sign is then at least 24 pixels wide, or too far."""
SCALES = (1.6, 1.15, 0.8, 0.55, 0.4)
ANOTHER_LOOK = ((1.0, 0, 0), (0.88, 0, 0), (1.14, 0, 0), (1.0, 3, 0), (1.0, -3, 0), (1.0, 0, 3))
CLEAR = 0.6
"""A sign counts as seen from this probability on."""

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Spotted:
    """A sign: its class, how sure that is, and the square it fills (left, top, edge; pixels)."""

    number: int
    confidence: float
    left: float
    top: float
    edge: float
    likely: tuple[float, ...]


class SignEncoder:
    """Thread-safe: keeps no state."""

    def __init__(self, session: ort.InferenceSession, file: Path) -> None:
        classes = session.get_outputs()[0].shape[1]
        if classes != SIGN_CLASSES + 1:
            raise NotReady(
                f"{file}: tells {classes} classes apart, not {SIGN_CLASSES + 1}", graphs.MEND
            )
        self._session = session

    @classmethod
    def load(cls, folder: Path) -> SignEncoder:
        return cls(graphs.load(folder / FILE), folder / FILE)

    def classify(self, pixels: Pixels) -> Array:
        """The probabilities of the 43 signs and of none, for a picture that a sign would fill."""
        square = Image.fromarray(pixels).resize((WINDOW, WINDOW), Image.Resampling.BILINEAR)
        return self._map(np.asarray(square))[:, 0, 0]

    def spot(self, pixels: Pixels) -> Spotted | None:
        """The sign in a picture of the road, or None if there is none to be seen."""
        image = Image.fromarray(pixels)
        best = max((self._best(image, scale) for scale in SCALES), key=lambda place: place[0])
        if best[0] < CLEAR / 2:
            return None
        _, left, top, edge = best
        likely = self._looked_at_again(image, left, top, edge)
        number = int(likely.argmax())
        if number == NONE or likely[number] < CLEAR:
            return None
        signs = likely[:NONE] / likely[:NONE].sum()
        shares = tuple(float(share) for share in signs)
        return Spotted(number, float(likely[number]), left, top, edge, shares)

    def _best(self, image: Image.Image, scale: float) -> tuple[float, float, float, float]:
        """(how sure of any sign, left, top, edge) of the window that is surest, in pixels."""
        shrink = scale * WIDEST / image.width
        size = (round(image.width * shrink), round(image.height * shrink))
        if min(size) < WINDOW:
            return (0.0, 0.0, 0.0, 0.0)
        scaled = image.resize(size, Image.Resampling.BILINEAR)
        likely = self._map(np.asarray(scaled))
        sure = likely[:NONE].max(axis=0)
        row, column = np.unravel_index(int(sure.argmax()), sure.shape)
        return (
            float(sure[row, column]),
            float(column) * STRIDE / shrink,
            float(row) * STRIDE / shrink,
            WINDOW / shrink,
        )

    def _looked_at_again(self, image: Image.Image, left: float, top: float, edge: float) -> Array:
        """The mean of several looks at the square and around it."""
        looks = []
        for size, right, down in ANOTHER_LOOK:
            grown = edge * (size - 1.0) / 2.0
            x = left - grown + right * edge / WINDOW
            y = top - grown + down * edge / WINDOW
            box = (round(x), round(y), round(x + edge * size), round(y + edge * size))
            looks.append(self.classify(np.asarray(image.crop(box))))
        return np.asarray(np.mean(looks, axis=0), np.float32)

    def _map(self, pixels: Pixels) -> Array:
        """(classes, rows, columns) of probabilities."""
        logits = self._session.run(None, {"pixels": tensor(pixels)})[0][0]
        shifted = np.exp(logits - logits.max(axis=0, keepdims=True))
        return np.asarray(shifted / shifted.sum(axis=0, keepdims=True), np.float32)
