"""Which pixels tipped what was seen: the parts of a frame are covered one by one, and the encoders
are asked what they would have seen then (occlusion; Zeiler & Fergus 2014)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from cabin_agent.seeing.cabin import CabinEncoder
from cabin_agent.seeing.frames import Pixels
from cabin_agent.seeing.road import SignEncoder
from cabin_agent.seen import Seen

ROWS, COLUMNS = 6, 8


def cabin_covered(encoder: CabinEncoder, pixels: Pixels, seen: Seen) -> Mapping[str, Seen]:
    """Part of the cabin picture ("cabin 25-37 % from the left, 50-66 % from the top") -> what is
    seen with that part covered."""
    return {
        f"cabin {part}": replace(seen, seats=encoder.see(covered))
        for part, covered in _covered(pixels)
    }


def sign_covered(encoder: SignEncoder, square: Pixels, seen: Seen) -> Mapping[str, Seen]:
    """The same for the square of a road picture that a sign fills."""
    result = {}
    for part, covered in _covered(square):
        likely = encoder.classify(covered)[:-1]
        shares = tuple(float(share) for share in likely / likely.sum())
        result[f"sign {part}"] = replace(seen, sign=shares)
    return result


def _covered(pixels: Pixels) -> Iterator[tuple[str, Pixels]]:
    grey = pixels.reshape(-1, 3).mean(axis=0).astype(pixels.dtype)
    height, width = pixels.shape[:2]
    for row in range(ROWS):
        for column in range(COLUMNS):
            covered = pixels.copy()
            rows = slice(row * height // ROWS, (row + 1) * height // ROWS)
            columns = slice(column * width // COLUMNS, (column + 1) * width // COLUMNS)
            covered[rows, columns] = grey
            across, down = _share(column, COLUMNS), _share(row, ROWS)
            yield f"{across} from the left, {down} from the top", covered


def _share(part: int, parts: int) -> str:
    return f"{100 * part // parts}-{100 * (part + 1) // parts} %"
