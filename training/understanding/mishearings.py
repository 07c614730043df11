"""What our recogniser mishears of the text: `python -m training.understanding.mishearings`.

Requests of the English text are spoken by anybody but the voices that `bench ears`
keeps, in a car louder than one should talk in, and heard by the shipped model. Words that were
heard as others are counted in `misheard.tsv`, from which `variations.misheard` draws. Where a
mishearing asks for something else ("off" heard as "on") the label would be wrong: it is left out.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein
from rich.progress import track

from bench.ears_material import amid_noise
from cabin_agent.hearing.models import find_model
from cabin_agent.hearing.recogniser import VoskModel
from cabin_agent.hearing.writing import written
from cabin_agent.turn import Language
from simulator import acoustics
from simulator.acoustics import Surroundings
from simulator.voices import Samples, Speaker, Voice
from training.understanding.templates import TEXT, Drawer, Entry, load_entries, load_slots
from training.understanding.train_split import split
from training.understanding.variations import MISHEARD_FILE, MISHEARD_WORDS, mishearings

Line = tuple[Entry, str]
ACCENTS = ("en-us", "en", "en-gb-x-rp", "en-gb-scotland", "en-029", "en-gb-x-gbclan")
THROATS = ("m1", "m2", "m3", "m4", "m5", "m6", "m8", "f1", "f2", "f3", "f5", "Annie", "croak")
"""espeak-ng's variants without those of the voices that `bench ears` keeps."""
SNRS_DB = (10.0, 5.0, 2.0, -1.0)
SPEED_KMH = 130.0
LIKENESS = 55.0
"""Per cent of the letters: what is less alike belongs to no word but to the whole sentence."""
MOST_WORDS = 14
TELLING = frozenset(
    "on off up down left right front rear back open close shut closed opened more less warmer "
    "cooler warm cool heat cold hot louder quieter faster slower higher lower start stop lock "
    "unlock fold unfold not don't never no yes driver passenger driver's passenger's mine yours "
    "all both other zero one two three four five six seven eight nine ten eleven twelve thirteen "
    "fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy "
    "eighty ninety hundred half quarter first second third red green blue white yellow purple "
    "pink orange add remove cancel mute unmute next previous increase decrease max maximum "
    "minimum".split()
)


def differences(said: str, heard: str) -> Iterator[tuple[str, str]]:
    """Words that were heard as others, a run of up to `MISHEARD_WORDS` at a time."""
    before, after = said.split(), heard.split()
    for change in Levenshtein.opcodes(before, after):
        wrong = before[change.src_start : change.src_end]
        found = after[change.dest_start : change.dest_end]
        if change.tag != "replace" or max(len(wrong), len(found)) > MISHEARD_WORDS:
            continue
        pair = " ".join(wrong), " ".join(found)
        if not TELLING & (set(wrong) ^ set(found)) and fuzz.ratio(*pair) >= LIKENESS:
            yield pair


def sentences(count: int, seed: int) -> list[str]:
    """What is asked of the car, as it is written; nothing that is held out."""
    rng, drawer = random.Random(seed), Drawer(load_slots(TEXT))
    entries, _ = split([entry for entry in load_entries(TEXT) if _asks(entry)])
    lines = [(entry, say) for entry in entries for say in entry.say]
    drawn = (drawer.draw(say, "en", rng, entry.where).text for entry, say in _forever(lines, rng))
    fit = (written(text.split()) for text in drawn if len(text.split()) <= MOST_WORDS)
    return list(islice(fit, count))


def _asks(entry: Entry) -> bool:
    return entry.language == "en" and bool(entry.actions) and entry.complete and entry.addressed


def _forever(lines: Sequence[Line], rng: random.Random) -> Iterator[Line]:
    while True:
        yield rng.choice(lines)


def heard(texts: Iterable[str], seed: int) -> Iterator[tuple[str, str]]:
    """(said, heard) of every text, each in another voice, car and loudness."""
    draw = random.Random(seed)
    recogniser = VoskModel.load(find_model(Language.ENGLISH)).recogniser()
    responses = [acoustics.impulse_response(number) for number in range(4)]
    bank = acoustics.noise_bank(seed, 20.0)
    with Speaker() as speaker:
        for text in texts:
            samples = speaker.say(text, _somebody(draw))
            inside = acoustics.in_cabin(samples, draw.choice(responses))
            yield text, recogniser.whole(acoustics.to_pcm(_driving(inside, bank, draw))).text


def _somebody(draw: random.Random) -> Voice:
    kind = f"{draw.choice(ACCENTS)}+{draw.choice(THROATS)}"
    return Voice("somebody", "en", kind, draw.randint(125, 195), draw.randint(25, 80), "anybody")


def _driving(samples: Samples, bank: acoustics.NoiseBank, draw: random.Random) -> Samples:
    around, start = Surroundings(speed=SPEED_KMH), draw.randrange(bank.length)
    noise_db = acoustics.level_db(samples) - draw.choice(SNRS_DB)
    return amid_noise(samples, noise_db, bank, start, around)


def write(counted: Counter[tuple[str, str]]) -> None:
    """`misheard.tsv`: said, heard, how often; the commonest first."""
    lines = [f"{said}\t{other}\t{times}" for (said, other), times in counted.most_common()]
    MISHEARD_FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=4000, help="sentences")
    parser.add_argument("--seed", type=int, default=1, help="another one adds to the table")
    options = parser.parse_args()
    counted = mishearings()
    wrong, texts = 0, sentences(options.count, options.seed)
    for said, found in track(heard(texts, options.seed), "heard", total=len(texts)):
        wrong += said != found
        if new := list(differences(said, found)):
            counted.update(new)
            write(counted)
    print(f"{wrong} of {len(texts)} heard wrongly, {len(counted)} mishearings kept")


if __name__ == "__main__":
    main()
