"""What a skill author's commands do: `cabin-agent skill new`, `check`, `test`."""
