"""Training of the shipped compact English Vosk model ("the ears"), from scratch and without Kaldi.

``python -m training.speech --help`` lists the steps; ``README.md`` beside this file explains them.
"""
