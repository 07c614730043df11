from pathlib import Path

import numpy as np
import pytest

from cabin_agent.errors import NotReady
from cabin_agent.understanding.declared import DeclaredPhrases, Nearness, load_landmarks
from cabin_agent.understanding.plugin_head import PluginHead, fingerprint, fit

NORTH, EAST = np.eye(2, dtype=np.float32)
NORTH_EAST = (NORTH + EAST) / np.sqrt(np.float32(2))
NOTHING = DeclaredPhrases(EAST[None], Nearness(0.55, 0.04))


def test_a_plugin_gets_what_is_nearer_to_its_phrases_than_to_anything_trained() -> None:
    declared = NOTHING.with_phrases("pets.look", NORTH[None])
    assert declared.nearest(NORTH) == ("pets.look", 1.0)
    assert declared.nearest(EAST) is None
    assert declared.nearest(NORTH_EAST) is None, "as near to what was trained"


def test_without_plugins_nothing_is_theirs() -> None:
    assert NOTHING.nearest(NORTH) is None


def test_far_from_everything_is_nobodys() -> None:
    assert NOTHING.with_phrases("pets.look", NORTH[None]).nearest(-NORTH) is None


def test_the_nearest_of_very_many_intents_is_found() -> None:
    rng = np.random.default_rng(1)
    vectors = rng.normal(size=(600, 32)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    declared = DeclaredPhrases(np.zeros((1, 32), np.float32), Nearness(0.55, 0.04))
    for number, vector in enumerate(vectors):
        declared = declared.with_phrases(f"plugin{number}.run", vector[None])
    for number in (0, 17, 599):
        found = declared.nearest(vectors[number])
        assert found is not None
        assert found[0] == f"plugin{number}.run"


def test_landmarks_of_another_model_are_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "landmarks.npy", np.zeros((3, 5), np.float16))
    with pytest.raises(NotReady, match="different trainings"):
        load_landmarks(tmp_path / "landmarks.npy", 384)
    (tmp_path / "landmarks.npy").write_bytes(b"nothing")
    with pytest.raises(NotReady, match="no usable landmarks"):
        load_landmarks(tmp_path / "landmarks.npy", 384)


def head() -> PluginHead:
    return fit({"pets.look": np.stack([NORTH, NORTH])}, np.stack([EAST, -NORTH]), "a")


def test_a_trained_head_decides_for_what_it_knows() -> None:
    declared = NOTHING.with_phrases("pets.look", NORTH[None]).with_head(head())
    found = declared.nearest(NORTH)
    assert found is not None
    assert found[0] == "pets.look"
    assert 0.5 < found[1] <= 1.0
    assert declared.nearest(EAST) is None


def test_a_plugin_that_came_later_is_still_known_by_its_phrases() -> None:
    declared = NOTHING.with_phrases("camper.tanks", -NORTH[None]).with_head(head())
    assert declared.nearest(-NORTH) == ("camper.tanks", 1.0)


def test_a_head_is_kept_and_only_used_for_what_it_was_fitted_to(tmp_path: Path) -> None:
    file = tmp_path / "cache" / "head.npz"
    head().save(file)
    loaded = PluginHead.load(file, "a")
    assert loaded is not None
    assert loaded.classes == ("", "pets.look")
    assert loaded.decide(NORTH) == head().decide(NORTH)
    assert PluginHead.load(file, "b") is None
    file.write_bytes(b"damaged")
    assert PluginHead.load(file, "a") is None
    assert PluginHead.load(tmp_path / "none.npz", "a") is None


def test_the_fingerprint_changes_with_model_and_phrases() -> None:
    one = fingerprint(b"model", {"a.b": ["x"]})
    assert one == fingerprint(b"model", {"a.b": ("x",)})
    assert one != fingerprint(b"other", {"a.b": ["x"]})
    assert one != fingerprint(b"model", {"a.b": ["y"]})
