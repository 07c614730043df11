"""The Mandarin model that is shipped."""

import numpy as np
import pytest

from cabin_agent.hearing.models import SHIPPED, find_model
from cabin_agent.hearing.recogniser import VoskModel
from cabin_agent.hearing.vocabulary.pronouncing import pronounce
from cabin_agent.speaking.espeak import EspeakVoice
from cabin_agent.turn import Language

MODEL = SHIPPED / "vosk-zh"
SENTENCES = ("打开空调", "关闭天窗", "播放音乐", "导航回家", "座椅加热", "音量调大")

pytestmark = pytest.mark.skipif(not (MODEL / "am" / "final.mdl").exists(), reason="no weights")


@pytest.fixture(scope="module")
def model() -> VoskModel:
    return VoskModel.load(MODEL)


def test_it_is_small_and_found() -> None:
    size = sum(path.stat().st_size for path in MODEL.rglob("*") if path.is_file())
    assert size < 25e6
    assert find_model(Language.MANDARIN, environment={}, cache_folder=MODEL / "nowhere") == MODEL


def test_words_and_sounds_of_the_car_are_known(model: VoskModel) -> None:
    assert all(map(model.knows, ["空调", "车窗", "导航", "调到", "二", "十", "#zh", "#iang"]))


def test_nothing_is_heard_in_silence(model: VoskModel) -> None:
    faint = np.random.default_rng(1).normal(0, 3, 32_000).astype("<i2").tobytes()
    assert model.recogniser().whole(faint).text == ""


def test_one_of_six_commands_is_heard() -> None:
    model = VoskModel.load(MODEL)
    model.listen_only_for(SENTENCES, lambda word: pronounce(word, Language.MANDARIN))
    voice = EspeakVoice()
    spoken = [voice.speak(each, Language.MANDARIN).pcm for each in SENTENCES]
    voice.close()
    heard = [model.recogniser().whole(pcm).text for pcm in spoken]
    assert sum(map(str.__eq__, heard, SENTENCES)) >= 5, heard
