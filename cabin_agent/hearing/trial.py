"""A process of its own that loads a Vosk model and lets it decode a second of silence.

`python -m cabin_agent.hearing.trial DIRECTORY`: exit status 0 if that goes well; what Vosk
complains about goes to stderr. See `models.try_out`.
"""

from __future__ import annotations

import sys

import vosk

from cabin_agent.hearing.frames import SAMPLE_BYTES, SAMPLE_RATE


def main(directory: str) -> None:
    vosk.SetLogLevel(-1)
    recogniser = vosk.KaldiRecognizer(vosk.Model(directory), SAMPLE_RATE)
    recogniser.AcceptWaveform(bytes(SAMPLE_BYTES * SAMPLE_RATE))
    recogniser.FinalResult()


if __name__ == "__main__":
    main(sys.argv[1])
