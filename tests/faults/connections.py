"""Which connections the service still holds, whatever its clients believe."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tests.faults.device import Device
from tests.servers.process import LOCAL

TABLE = Path("/proc/net/tcp")
End = tuple[int, int]  # the service's port, and the client's


def ends_of(devices: Iterable[Device]) -> set[End]:
    """The two ports of each device's present connection."""
    sockets = [device.socket.transport for device in devices if device.socket is not None]
    return {(one.get_extra_info("peername")[1], one.get_extra_info("sockname")[1]) for one in sockets}


def held(ends: set[End]) -> set[End]:
    """Those of them that a process of the service has open. One it ended belongs to the system only."""
    found = set()
    for line in TABLE.read_text().splitlines()[1:]:
        fields = line.split()
        (host, port), (_, other) = fields[1].split(":"), fields[2].split(":")
        if fields[9] != "0" and host == LOOPBACK:
            found.add((int(port, 16), int(other, 16)))
    return ends & found


def in_hex(address: str) -> str:
    return "".join(f"{int(part):02X}" for part in reversed(address.split(".")))


LOOPBACK = in_hex(LOCAL)
