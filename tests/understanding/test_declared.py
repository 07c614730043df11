from pathlib import Path

import numpy as np
import pytest

from cabin_agent.errors import NotReady
from cabin_agent.understanding.declared import DeclaredPhrases, load_landmarks

NORTH, EAST = np.eye(2, dtype=np.float32)
NORTH_EAST = (NORTH + EAST) / np.sqrt(np.float32(2))


def test_a_plugin_gets_what_is_nearer_to_its_phrases_than_to_anything_trained() -> None:
    declared = DeclaredPhrases.none(EAST[None]).with_phrases("pets.look", NORTH[None])
    assert declared.nearest(NORTH) == ("pets.look", 1.0)
    assert declared.nearest(EAST) is None
    assert declared.nearest(NORTH_EAST) is None, "as near to what was trained"


def test_without_plugins_nothing_is_theirs() -> None:
    assert DeclaredPhrases.none(EAST[None]).nearest(NORTH) is None


def test_far_from_everything_is_nobodys() -> None:
    declared = DeclaredPhrases.none(EAST[None]).with_phrases("pets.look", NORTH[None])
    assert declared.nearest(-NORTH) is None


def test_landmarks_of_another_model_are_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "landmarks.npy", np.zeros((3, 5), np.float16))
    with pytest.raises(NotReady, match="different trainings"):
        load_landmarks(tmp_path / "landmarks.npy", 384)
    (tmp_path / "landmarks.npy").write_bytes(b"nothing")
    with pytest.raises(NotReady, match="no usable landmarks"):
        load_landmarks(tmp_path / "landmarks.npy", 384)
