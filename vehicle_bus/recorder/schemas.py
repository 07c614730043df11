"""What the messages of a recording hold, as JSON Schema."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

DECISION = "decision"
_VALUE = {"type": ["boolean", "number", "string"]}
_ANYTHING: Mapping[str, Any] = {"type": "object"}
SIGNAL: Mapping[str, Any] = {
    "type": "object",
    "required": ["path", "value", "at_s"],
    "properties": {
        "path": {"type": "string", "description": "the VSS path"},
        "value": _VALUE,
        "at_s": {"type": "number", "description": "when it was published, on the bus's clock"},
        "dropped": {"type": "integer", "description": "earlier values that were missed"},
    },
}
EVENTS: Mapping[str, Mapping[str, Any]] = {
    DECISION: {
        "type": "object",
        "required": ["at_s", "requester", "zone", "values", "confirmed", "outcome"],
        "properties": {
            "at_s": {"type": "number"},
            "requester": {"type": "string"},
            "zone": {"type": "string"},
            "values": {"type": "object", "additionalProperties": _VALUE},
            "confirmed": {"type": "boolean"},
            "outcome": {"type": "string"},
            "rule": {"type": "string", "description": "the row of the policy's table"},
            "reason": {"type": "string"},
        },
    }
}


def of_event(topic: str) -> bytes:
    """The schema of a topic that is no signal."""
    return encoded(EVENTS.get(topic, _ANYTHING))


def encoded(schema: Mapping[str, Any]) -> bytes:
    return json.dumps(schema).encode()
