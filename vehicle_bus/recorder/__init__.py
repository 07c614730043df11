"""A drive in one MCAP file (mcap.dev): every change of a signal, every decision, every turn.

======================  ==========================================================================
topic                   message (JSON)
======================  ==========================================================================
`Vehicle.Speed`, ...    `{"path", "value", "at_s"}`, and `"dropped"` if the recorder was too slow
`decision`              a request to an actuator and what became of it, as in the audit log
`turn`, ...             what the assistant tells (see `cabin_agent/recording.py`)
======================  ==========================================================================

Every signal has a channel of its own, whose metadata say its VSS kind, datatype and unit. `at_s` is
the bus's clock; a message's log time is the same moment in nanoseconds since 1970.
"""

from vehicle_bus.recorder.errors import RecordingError
from vehicle_bus.recorder.reading import Entry, Summary, read, summary
from vehicle_bus.recorder.writing import Recording, recording_signals

__all__ = [
    "Entry",
    "Recording",
    "RecordingError",
    "Summary",
    "read",
    "recording_signals",
    "summary",
]
