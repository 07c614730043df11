"""Ears: 16 kHz mono audio in, what was said out (voice activity, Vosk, whose turn it is)."""
