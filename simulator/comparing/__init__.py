"""Two runs of the same scenarios side by side: what changed in verdicts, latencies and replies."""
