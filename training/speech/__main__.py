"""``python -m training.speech STEP``: see steps.py."""

from training.speech.steps import main

if __name__ == "__main__":
    main()
