"""cabin_agent: in-vehicle voice assistant middleware, one path from sound to action."""
