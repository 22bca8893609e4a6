"""A port for a service that is about to be started on this machine."""

from __future__ import annotations

import random
import socket
from contextlib import suppress

LOCAL = "127.0.0.1"
LISTENING = range(10_000, 32_000)  # below what Linux gives to outgoing connections


def free_port() -> int:
    """A port nobody listens on at this moment, and none that the system gives to a connection going out.

    So nobody's connection sits on it while its server is being made, or is away for a while.
    """
    for port in random.SystemRandom().sample(LISTENING, 1000):
        with socket.socket() as probe, suppress(OSError):
            probe.bind((LOCAL, port))
            return port
    raise OSError("no port is free")
