"""How a word sounds: English by espeak-ng's rules, Mandarin by pypinyin.

The phones are those that the shipped models are trained with: CMUdict's 39 without stress, and
pinyin's initials and finals without tones.
"""

from __future__ import annotations

import ctypes
import re
import threading
from functools import cache

import espeakng_loader
from pypinyin import Style, lazy_pinyin
from pypinyin.contrib.tone_convert import to_finals, to_initials

from cabin_agent.turn import Language

_ARPABET = {
    **dict(zip("pbtdkfvszhmnlrwx", "P B T D K F V S Z HH M N L R W K".split(), strict=True)),
    "ɡ": "G",
    "tʃ": "CH",
    "dʒ": "JH",
    "θ": "TH",
    "ð": "DH",
    "ʃ": "SH",
    "ʒ": "ZH",
    "ŋ": "NG",
    "ɹ": "R",
    "j": "Y",
    "ɾ": "T",
    "ʔ": "T",
    "ç": "HH",
    "ɬ": "L",
    "n̩": "AH N",
    "l̩": "AH L",
    "æ": "AE",
    "a": "AE",
    "ɐ": "AH",
    "ə": "AH",
    "ʌ": "AH",
    "ɑː": "AA",
    "ɑ": "AA",
    "ɒ": "AA",
    "ɔː": "AO",
    "ɔ": "AO",
    "oː": "AO",
    "o": "OW",
    "oʊ": "OW",
    "aʊ": "AW",
    "aɪ": "AY",
    "ɔɪ": "OY",
    "eɪ": "EY",
    "e": "EY",
    "ɛ": "EH",
    "ɜː": "ER",
    "ɚ": "ER",
    "ɪ": "IH",
    "ᵻ": "IH",
    "i": "IY",
    "iː": "IY",
    "ʊ": "UH",
    "uː": "UW",
    "u": "UW",
    "y": "UW",
    "ø": "ER",
    "əl": "AH L",
}
_LONGEST = max(map(len, _ARPABET))
_STRESS = str.maketrans("", "", "ˈˌ")
_SYNCHRONOUS, _UTF8, _IPA_WITH_BREAKS = 2, 1, ord("_") << 8 | 2

_CHINESE = re.compile("[\u3400-\u9fff]")
_DENTAL = frozenset("zcs")
_RETROFLEX = frozenset(("zh", "ch", "sh", "r"))
_INTERJECTIONS = {"m": "en", "n": "en", "ng": "en", "hm": "en", "hng": "eng", "ê": "ei", "io": "o"}


@cache
def pronounce(word: str, language: Language) -> tuple[str, ...]:
    """Phones of `word`; empty if it has no pronunciation in `language`."""
    if not word.replace("'", "").isalnum():
        return ()
    chinese = [bool(_CHINESE.match(character)) for character in word]
    if language is Language.MANDARIN:
        if not all(chinese):
            return ()
        syllables = lazy_pinyin(word, style=Style.TONE3, neutral_tone_with_five=True)
        return tuple(phone for syllable in syllables for phone in syllable_phones(syllable))
    if any(chinese):
        return ()
    return tuple(phone for sound in _espeak().sounds(word) for phone in _phones(sound))


def syllable_phones(syllable: str) -> tuple[str, ...]:
    """Initial and final of a pinyin syllable, with or without tone: "zhi1" -> ("zh", "iii").

    `ii` follows z, c, s and `iii` zh, ch, sh, r.
    """
    plain = syllable.rstrip("012345").removeprefix("_")
    initial = to_initials(plain, strict=True)
    final = to_finals(plain, strict=True, v_to_u=False)
    if final == "i":
        final = "ii" if initial in _DENTAL else "iii" if initial in _RETROFLEX else "i"
    final = _INTERJECTIONS.get(final or plain, final)
    return (initial, final) if initial else (final,)


def _phones(sound: str) -> list[str]:
    """CMUdict phones of one sound in IPA, the longest symbols first."""
    plain = sound.translate(_STRESS)
    phones: list[str] = []
    at = 0
    while at < len(plain):
        sizes = range(min(_LONGEST, len(plain) - at), 0, -1)
        size = next((n for n in sizes if plain[at : at + n] in _ARPABET), 0)
        if size:
            phones += _ARPABET[plain[at : at + size]].split()
        at += size or 1
    return phones


class _Espeak:
    """The library's rules for American English. It holds global state, so one call at a time."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL(espeakng_loader.get_library_path())
        self._lock = threading.Lock()
        data = espeakng_loader.get_data_path().encode()
        self._library.espeak_Initialize(_SYNCHRONOUS, 0, data, 0)
        self._library.espeak_SetVoiceByName(b"en-us")
        self._to_phonemes = self._library.espeak_TextToPhonemes
        self._to_phonemes.restype = ctypes.c_char_p
        self._to_phonemes.argtypes = [ctypes.POINTER(ctypes.c_char_p), ctypes.c_int, ctypes.c_int]

    def sounds(self, text: str) -> list[str]:
        """IPA, a string for each sound."""
        found: list[str] = []
        with self._lock:
            rest = ctypes.pointer(ctypes.c_char_p(text.encode()))
            while rest.contents.value:
                clause = self._to_phonemes(rest, _UTF8, _IPA_WITH_BREAKS) or b""
                found += clause.decode().replace(" ", "_").split("_")
        return [sound for sound in found if sound]


@cache
def _espeak() -> _Espeak:
    return _Espeak()
