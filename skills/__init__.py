"""The built-in skills, one folder each."""
