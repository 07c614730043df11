"""What isolation and the author's tools have to follow when the contract grows."""

from __future__ import annotations

from cabin_agent.sdk.authoring.samples import sentence
from cabin_agent.sdk.contract import Cabin
from cabin_agent.sdk.handle import BusCabin
from cabin_agent.sdk.isolation.remote_cabin import RemoteCabin
from cabin_agent.sdk.slots import KINDS, Slot
from cabin_agent.turn import Language

PER_CALL = {"speaker", "zones", "explicit_place", "degree", "words", "language"}


def test_an_isolated_skill_has_the_whole_contract() -> None:
    wanted = {name for name in vars(Cabin) if not name.startswith("_")}
    assert wanted <= {*dir(RemoteCabin), *PER_CALL}
    assert wanted <= {*dir(BusCabin), *PER_CALL, "skills"}


def test_every_kind_of_slot_has_words_to_test_it_with() -> None:
    for kind in KINDS.values():
        slots = {"value": Slot("value", (kind,), True)}
        for language in Language:
            assert "{" not in sentence("go {value} {zone}", slots, language)
