"""Runs written down: verdicts as JSON and JUnit XML, sounds, an HTML page, two runs compared."""
