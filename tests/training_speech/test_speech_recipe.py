"""Formats and sums behind the acoustic model; skipped where the training packages are missing."""

import itertools
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("scipy")

from training.speech import features, languages, phones

SETS = [phones.ENGLISH, phones.ENGLISH_AFTER, phones.MANDARIN]


@pytest.mark.parametrize("phone_set", SETS)
def test_units_are_numbered_without_gaps(phone_set: phones.PhoneSet) -> None:
    units = [phone_set.unit(phones.SILENCE)] + [
        phone_set.unit(phone, context)
        for phone in range(2, phone_set.size + 1)
        for context in range(phone_set.contexts)
    ]
    assert units == list(range(phone_set.units))
    assert phone_set.classes == 2 * phone_set.units
    for phone, context in itertools.product(range(2, 5), range(phone_set.contexts)):
        unit = phone_set.unit(phone, context)
        assert phone_set.phone_of_unit[unit] == phone
        assert phone_set.context_of_unit[unit] == context


def test_every_english_phone_is_in_one_group() -> None:
    grouped = [name for group in phones.AFTER_ENGLISH for name in group.split()]
    assert sorted(grouped) == sorted(phones.ENGLISH.names)
    after_silence = phones.ENGLISH_AFTER.context[phones.SILENCE - 1]
    assert after_silence == 0, "a sentence begins as after silence"


@pytest.mark.parametrize("phone_set", SETS)
def test_transition_states_are_in_the_order_kaldi_sorts_them(phone_set: phones.PhoneSet) -> None:
    listed = [
        (position, unit)
        for position in range(1, phone_set.positioned + 1)
        for unit in phone_set.units_of(position)
    ]
    assert listed == sorted(listed)
    assert len(listed) == phone_set.transition_states
    last = phone_set.transition_state(phone_set.positioned, phone_set.contexts - 1)
    assert last == phone_set.transition_states
    assert listed[phone_set.transition_state(9, 0) - 1] == (9, phone_set.units_of(9)[0])


@pytest.mark.parametrize("phone_set", SETS)
def test_positions_lead_back_to_the_phone(phone_set: phones.PhoneSet) -> None:
    seen = {1}
    for phone, position in itertools.product(range(2, phone_set.size + 1), phones.POSITIONS):
        positioned = phone_set.position_phone(phone, position)
        assert phone_set.plain_phone(positioned) == phone
        seen.add(positioned)
    assert seen == set(range(1, phone_set.positioned + 1))


def test_mandarin_syllables_are_initial_and_final() -> None:
    lexicon = pytest.importorskip("training.speech.mandarin.lexicon")
    assert lexicon.syllable_phones("zhi1") == ("zh", "iii")
    assert lexicon.syllable_phones("si4") == ("s", "ii")
    assert lexicon.syllable_phones("lv4") == ("l", "v")
    assert lexicon.syllable_phones("yuan2") == ("van",)
    assert lexicon.pronunciations("调到")[0] == ("t", "iao", "d", "ao")
    assert ("x", "ing") in lexicon.pronunciations("行")
    assert ("h", "ang") in lexicon.pronunciations("行")
    assert not lexicon.pronounceable("KTV")


def test_mandarin_text_is_words_and_single_numerals() -> None:
    pytest.importorskip("jieba")
    text = pytest.importorskip("training.speech.mandarin.text")
    assert text.words(text.normalise("把主驾空调调到26度。")) == "把 主驾 空调 调到 二 十 六 度"
    assert text.normalise("音量30%") == "音量百分之三十"
    assert text.normalise("打开AC") == ""
    assert "打开 空调" in text.declared_sentences()
    held_out = {line.replace(" ", "") for line in text.test_sentences()}
    assert len(held_out) > 100
    assert not held_out & {line.replace(" ", "") for line in text.training_sentences(1)}


def test_joined_syllables_say_where_each_phone_ends() -> None:
    pytest.importorskip("pytsmod")
    syllables = pytest.importorskip("training.speech.mandarin.syllables")
    tone = np.sin(np.arange(8000) * 0.1)
    joiner = syllables.Joiner({"da3": [tone], "kai1": [tone]}, seed=1)
    sentence = joiner.join("打开")
    assert [phone for phone, _ in sentence.segments if phone != "SIL"] == ["d", "a", "k", "ai"]
    ends = [end for _, end in sentence.segments]
    assert ends == sorted(ends)
    assert len(sentence.samples) / 16000 == pytest.approx(ends[-1], abs=0.05)
    assert joiner.join("关闭") is None


def test_log_mel_equals_kaldi() -> None:
    kaldi = pytest.importorskip("kaldi_native_fbank")
    samples = np.round(np.random.default_rng(0).standard_normal(8000) * 3000)
    options = kaldi.FbankOptions()
    options.frame_opts.samp_freq = 16000
    options.frame_opts.dither = 0.0
    options.mel_opts.num_bins = 40
    options.mel_opts.low_freq = 20
    options.mel_opts.high_freq = -400
    reference = kaldi.OnlineFbank(options)
    reference.accept_waveform(16000, samples.tolist())
    reference.input_finished()
    expected = np.stack([reference.get_frame(i) for i in range(reference.num_frames_ready)])
    np.testing.assert_allclose(features.log_mel(samples), expected, atol=1e-3)


def test_noise_is_mixed_at_the_asked_ratio() -> None:
    rng = np.random.default_rng(1)
    speech, noise = rng.standard_normal(16000), rng.standard_normal(16000)
    mixed = features.add_noise(speech, noise, 10.0)
    ratio = features.speech_power(speech) / ((mixed - speech) ** 2).mean()
    assert 10 * np.log10(ratio) == pytest.approx(10.0, abs=0.01)


SMALL = phones.PhoneSet(("SIL", "AA", "B", "K"), ("SIL AA", "B K"))


def small_language(**words: str) -> languages.Language:
    return languages.Language("en", SMALL, lambda word: (tuple(words[word].split()),))


def test_alignment_sum_equals_brute_force() -> None:
    torch = pytest.importorskip("torch")
    hmm = pytest.importorskip("training.speech.hmm")
    states = hmm.transcript("a cab", small_language(a="AA", cab="K AA B"))
    steps = 6
    scores = torch.randn(1, steps, SMALL.classes, requires_grad=True)
    total = hmm.transcript_log_probability(scores, hmm.pad_transcripts([states], [steps]))
    size = len(states.classes)
    paths = [
        path
        for path in itertools.product(range(size), repeat=steps)
        if states.first[path[0]]
        and states.last[path[-1]]
        and all(a in states.before[b] for a, b in itertools.pairwise(path))
    ]
    values = scores.detach()[0].double().numpy()
    sums = [sum(values[t, states.classes[s]] for t, s in enumerate(path)) for path in paths]
    assert len(paths) > 20
    assert total.item() == pytest.approx(float(np.logaddexp.reduce(sums)), abs=1e-6)
    total.sum().backward()
    np.testing.assert_allclose(scores.grad.sum(-1).numpy(), np.ones((1, steps)), atol=1e-4)


def test_a_phone_is_another_after_a_pause() -> None:
    pytest.importorskip("torch")
    hmm = pytest.importorskip("training.speech.hmm")
    states = hmm.transcript("cab cab", small_language(cab="K AA B"))
    k_after_silence, k_after_b = (2 * SMALL.unit(SMALL.ids["K"], context) for context in (0, 1))
    first, second = np.flatnonzero(states.classes == k_after_silence)
    (direct,) = np.flatnonzero(states.classes == k_after_b)
    silence = set(np.flatnonzero(states.classes < 2))
    b = set(np.flatnonzero(states.classes // 2 == SMALL.unit(SMALL.ids["B"], 0)))
    assert states.first[first]
    assert set(states.before[second]) - {-1} <= silence
    assert set(states.before[direct]) - {-1} <= b


def test_what_does_not_fit_counts_nothing() -> None:
    torch = pytest.importorskip("torch")
    hmm = pytest.importorskip("training.speech.hmm")
    states = hmm.transcript("cab", small_language(cab="K AA B"))
    scores = torch.randn(2, 5, SMALL.classes, requires_grad=True)
    total = hmm.transcript_log_probability(scores, hmm.pad_transcripts([states, states], [2, 5]))
    total.sum().backward()
    assert total[0] == 0
    assert total[1] != 0
    assert not scores.grad[0].any()
    assert scores.grad.isfinite().all()


def test_any_phones_sum_counts_every_path() -> None:
    torch = pytest.importorskip("torch")
    hmm = pytest.importorskip("training.speech.hmm")
    bigram = np.full((SMALL.size, SMALL.size), 1 / SMALL.size)
    anything = hmm.any_phones(bigram, SMALL)
    scores = torch.zeros(2, 3, SMALL.classes, requires_grad=True)
    total = hmm.any_phones_log_probability(scores, anything, torch.tensor([3, 2]))
    # from any first phone (silence with weight 1) every later frame stays or enters: weight 2
    first = 1 + (SMALL.size - 1) / SMALL.size
    expected = np.log([first * 4, first * 2])
    np.testing.assert_allclose(total.detach().numpy(), expected, atol=1e-6)


def test_any_phones_respect_what_came_before() -> None:
    pytest.importorskip("torch")
    hmm = pytest.importorskip("training.speech.hmm")
    follow = hmm.any_phones(np.full((4, 4), 0.25), SMALL).follow.numpy()
    b_after_k, b_after_aa = (SMALL.unit(SMALL.ids["B"], context) for context in (1, 0))
    k = SMALL.unit(SMALL.ids["K"], 0)
    assert follow[k, b_after_k] > 0
    assert follow[k, b_after_aa] == 0
    np.testing.assert_allclose(follow.sum(1), 1.0)


def test_lm_sums_to_one() -> None:
    pytest.importorskip("wordfreq")
    pytest.importorskip("symspellpy")
    lm = pytest.importorskip("training.speech.language_model")
    text = ["open the window", "open the door", "close the window", "open the window"] * 5
    words = ["open", "close", "the", "window", "door", "a"]
    model = lm.estimate(
        text, words, lm.LanguageModelSettings(), lm.General(lambda word: 1e-4, dict)
    )
    for history in [(), ("the",), ("open", "the"), ("a",)]:
        total = sum(model.score(history, word) for word in [*words, lm.END])
        assert total == pytest.approx(1.0, abs=1e-3), history
    assert model.score(("open", "the"), "window") > model.score(("open", "the"), "open")


def test_speakers_are_set_aside() -> None:
    pytest.importorskip("soundfile")
    real_speech = pytest.importorskip("training.speech.real_speech")
    assert len(real_speech.held_out_speakers()) == 36


def test_sixteen_bit_matrix(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    kaldi_files = pytest.importorskip("training.speech.kaldi_files")
    matrix = np.random.default_rng(2).standard_normal((5, 7))
    with (tmp_path / "matrix").open("wb") as file:
        kaldi_files.KaldiWriter(file).matrix(matrix)
    data = (tmp_path / "matrix").read_bytes()[len(b"\0BCM2 ") :]
    low, span = np.frombuffer(data[:8], "<f4")
    assert tuple(np.frombuffer(data[8:16], "<i4")) == matrix.shape
    restored = low + span / 65535 * np.frombuffer(data[16:], "<u2").reshape(matrix.shape)
    np.testing.assert_allclose(restored, matrix, atol=1e-4)


def test_every_phone_but_silence_is_a_word_of_its_own() -> None:
    language = languages.mandarin()
    assert "#zh" in language.sounds
    assert "#SIL" not in language.sounds
    assert language.spoken("#zh") == (("zh",),)
    assert language.spoken("行")[0] == ("x", "ing")


def test_alignments_know_what_came_before() -> None:
    pytest.importorskip("torch")
    bootstrap = pytest.importorskip("training.speech.bootstrap")
    spoken = [(SMALL.ids["K"], 0.06), (SMALL.ids["AA"], 0.12), (SMALL.ids["K"], 0.18)]
    classes = bootstrap.frame_classes_of(spoken, 24, SMALL)
    units = [classes[0] // 2, classes[2] // 2, classes[4] // 2, classes[6] // 2]
    after_aa, after_k = 0, 1
    assert units == [
        SMALL.unit(SMALL.ids["K"], after_aa),  # a sentence begins as after silence, AA's group
        SMALL.unit(SMALL.ids["AA"], after_k),
        SMALL.unit(SMALL.ids["K"], after_aa),
        SMALL.unit(phones.SILENCE),
    ]
    assert [int(each) % 2 for each in classes[:3]] == [0, 1, 0], "each is entered, then stays"
