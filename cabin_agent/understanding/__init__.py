"""Hypothesis and moment -> one joint decision."""
