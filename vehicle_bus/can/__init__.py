"""A CAN network at the edge of the bus: frames become signals, target values become frames.

`mapping` reads which DBC signal is which VSS signal, in the keys of KUKSA's CAN provider; whatever
of it contradicts VSS or the DBC stops the start (`agreement`); `link` then carries values both ways
over python-can, on SocketCAN in a car and on python-can's virtual bus without one.
"""

from vehicle_bus.can.errors import CanError
from vehicle_bus.can.link import carrying, open_channel
from vehicle_bus.can.mapping import Mapping, load

__all__ = ["CanError", "Mapping", "carrying", "load", "open_channel"]
