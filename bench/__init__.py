"""Speed and memory, measured: `python -m bench NAME [--json FILE]`, one table each."""
