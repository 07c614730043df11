"""Third-party skills in processes of their own.

::

    Registry ── Isolated ──┐  socket: length-prefixed JSON   ┌── child: the skill
              (our side)   ├─────────────────────────────────┤   confined before its code is read
    Runner ──── BusCabin ──┘  every request checked here     └── RemoteCabin
                                   nursery ── forks every child from one clean interpreter

`frames` how they talk · `wire` what they say · `confinement` what a child can't do · `nursery`
starts and ends them · `child` and `remote_cabin` their side · `process` and `supervision` ours.
"""
