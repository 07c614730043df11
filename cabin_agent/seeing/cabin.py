"""The cabin encoder: who sits where, what each hand points at, which way each head is turned."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime as ort

from cabin_agent.errors import NotReady
from cabin_agent.seeing import graphs
from cabin_agent.seeing.frames import Pixels, fitted, tensor
from cabin_agent.seen import GAZES, PLACES, SEATS, SeatSeen

FILE = "cabin.onnx"
WIDTH, HEIGHT = 320, 240
INPUT = [1, 3, HEIGHT, WIDTH]
OUTPUTS = {
    "states": [1, len(SEATS), 3],
    "points_at": [1, len(SEATS), 1 + len(PLACES)],
    "gaze": [1, len(SEATS), len(GAZES)],
}


def fitted_for(pixels: Pixels) -> Pixels:
    """The picture as the encoder takes it."""
    return fitted(pixels, WIDTH, HEIGHT)


class CabinEncoder:
    """Thread-safe: keeps no state."""

    def __init__(self, session: ort.InferenceSession, file: Path) -> None:
        taken = session.get_inputs()[0].shape
        if taken != INPUT:
            raise NotReady(f"{file}: takes pictures of {taken}, not {INPUT}", graphs.MEND)
        found = {output.name: output.shape for output in session.get_outputs()}
        if found != OUTPUTS:
            raise NotReady(f"{file}: its outputs are {found}, not {OUTPUTS}", graphs.MEND)
        self._session = session

    @classmethod
    def load(cls, folder: Path) -> CabinEncoder:
        return cls(graphs.load(folder / FILE), folder / FILE)

    def see(self, pixels: Pixels) -> tuple[SeatSeen, ...]:
        """One for each of `SEATS`."""
        inputs = {"pixels": tensor(fitted_for(pixels))}
        states, points_at, gaze = self._session.run(list(OUTPUTS), inputs)
        return tuple(
            SeatSeen(
                occupied=float(occupied),
                child_seat=float(child_seat),
                asleep=float(asleep),
                points_at=_shares(points_at[0, seat]),
                gaze=_shares(gaze[0, seat]),
            )
            for seat, (occupied, child_seat, asleep) in enumerate(states[0])
        )


def _shares(likely: np.ndarray) -> tuple[float, ...]:
    return tuple(float(share) for share in likely)
