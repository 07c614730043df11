"""What can go wrong with a skill in a process of its own."""

from __future__ import annotations


class SkillRaised(Exception):
    """A method raised; the text is what its author would see: `RuntimeError: boom`."""


class Broken(Exception):
    """The process ended, or said what makes no sense. It is replaced."""


class Resting(Exception):
    """It failed a moment ago, or too often; the text says which, and why."""


class CannotLoad(Exception):
    """The process could not load the skill's code."""
