"""``python -m training.speech.mandarin``; see steps.py."""

from training.speech.mandarin.steps import main

main()
