"""The bus as Eclipse KUKSA speaks it: kuksa.val.v1 and v2, served and used.

    values      between the bus's values and KUKSA's messages
    paths       what a path of a KUKSA client stands for
    permissions, doorkeeper, tokens     who a client is and what it may do
    tls         certificates and keys, checked before anybody connects
    gate        the bus as a client with its permissions may use it
    following   current values first, then changes
    v1, v2      the two services
    providers   a client that provides actuators over v2
    serving     a gRPC server of both services

    address     where a databroker elsewhere is
    client      a `Bus` whose vehicle is behind that databroker
    registration, statuses      providers with it, and its errors

The messages and stubs come with the `kuksa-client` package.
"""
