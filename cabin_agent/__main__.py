"""`python -m cabin_agent` is `cabin-agent`."""

from cabin_agent.cli import main

raise SystemExit(main())
