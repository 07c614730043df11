"""The voice: reply text in, audio out sentence by sentence."""
