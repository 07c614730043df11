"""The commands of `cabin-agent`: one module a subject, each with `add(commands)`."""
