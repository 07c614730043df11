"""The sign encoder: finds the road sign in a picture and says which it is.

The graph gives classes for every window of 40 pixels. It is run over the picture in several sizes;
the windows that are surest of a sign are looked at again, a little larger, smaller and beside, and
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
WORTH_A_LOOK, CANDIDATES = 0.35, 2
"""A window is looked at again from this probability on, so many at each size."""
CLEAR = 0.6
"""A sign counts as seen from this probability on."""

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Square:
    """A part of a picture, in pixels."""

    left: float
    top: float
    edge: float

    def of(self, pixels: Pixels) -> Pixels:
        left, top, edge = max(0, round(self.left)), max(0, round(self.top)), round(self.edge)
        return pixels[top : top + edge, left : left + edge].copy()


@dataclass(frozen=True, slots=True)
class Spotted:
    """A sign: its class, how sure that is, the square it fills, and the shares of all classes."""

    number: int
    confidence: float
    place: Square
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
        places = [place for scale in SCALES for place in self._places(image, scale)]
        looks = [self._looked_at_again(image, place) for place in places]
        surest = max(looks, key=lambda look: look.confidence, default=None)
        return surest if surest and surest.confidence >= CLEAR else None

    def _places(self, image: Image.Image, scale: float) -> list[Square]:
        """The windows that are surest of a sign in the picture at that size, none of them unsure;
        a window beside a better one is left out."""
        shrink = scale * WIDEST / image.width
        size = (round(image.width * shrink), round(image.height * shrink))
        if min(size) < WINDOW:
            return []
        likely = self._map(np.asarray(image.resize(size, Image.Resampling.BILINEAR)))
        sure = likely[:NONE].max(axis=0)
        found = []
        for _ in range(CANDIDATES):
            row, column = (int(each) for each in np.unravel_index(int(sure.argmax()), sure.shape))
            if sure[row, column] < WORTH_A_LOOK:
                break
            found.append(Square(column * STRIDE / shrink, row * STRIDE / shrink, WINDOW / shrink))
            sure[max(0, row - 3) : row + 4, max(0, column - 3) : column + 4] = 0.0
        return found

    def _looked_at_again(self, image: Image.Image, place: Square) -> Spotted:
        """What several looks at the square and around it say on average."""
        looks = []
        for size, right, down in ANOTHER_LOOK:
            grown = place.edge * (size - 1.0) / 2.0
            x = place.left - grown + right * place.edge / WINDOW
            y = place.top - grown + down * place.edge / WINDOW
            edge = place.edge * size
            box = (round(x), round(y), round(x + edge), round(y + edge))
            looks.append(self.classify(np.asarray(image.crop(box))))
        likely = np.mean(looks, axis=0)[:NONE]
        number = int(likely.argmax())
        shares = tuple(float(share) for share in likely / likely.sum())
        return Spotted(number, float(likely[number]), place, shares)

    def _map(self, pixels: Pixels) -> Array:
        """(classes, rows, columns) of probabilities."""
        logits = self._session.run(None, {"pixels": tensor(pixels)})[0][0]
        shifted = np.exp(logits - logits.max(axis=0, keepdims=True))
        return np.asarray(shifted / shifted.sum(axis=0, keepdims=True), np.float32)
