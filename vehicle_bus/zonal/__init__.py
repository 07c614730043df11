"""Zone controllers: other computers of the car that move actuators, over Eclipse Zenoh.

The bus and its policy stay at one place (`central`); a controller there or elsewhere answers for
some actuators (`controller`). Signals and commands cross processes and machines:

==============================  ====================================================================
`cabin/zone/NAME/alive/RUN`     a liveliness token; when it goes, the controller's actuators are
                                UNAVAILABLE, and when another comes they are there again
`cabin/zone/NAME/state`         asked by the centre: what the controller provides and its values
`cabin/zone/NAME/signals`       new values, numbered; reliable, and blocking when a queue is full
`cabin/zone/NAME/command`       target values, answered with what became of them
`cabin/zone/request`            asked by a controller: target values for anybody's actuators, which
                                go through the policy as everybody's do
==============================  ====================================================================

Every message is sealed (`sealing`) with a key that the car's computers share, and bound to one run
of the controller, so that nobody else on the network can move anything or replay what was once
said.
"""

from vehicle_bus.zonal.central import Centre, zones
from vehicle_bus.zonal.controller import ZoneController
from vehicle_bus.zonal.errors import ZonalError
from vehicle_bus.zonal.sealing import Key
from vehicle_bus.zonal.session import Session, connect, listen

__all__ = [
    "Centre",
    "Key",
    "Session",
    "ZonalError",
    "ZoneController",
    "connect",
    "listen",
    "zones",
]
