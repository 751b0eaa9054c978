"""A thin link on one machine: two network namespaces and a process between them that delays, drops and limits packets.

It needs root, iproute2 and /dev/net/tun, and no kernel module: what netem would do is done in user space, for TCP, UDP and WebRTC
alike. Nothing of it is left when the process that made it ends, however it ends.
"""

from scripts.thin_link.link import Link
from scripts.thin_link.measures import DirectionMeasures, LinkMeasures
from scripts.thin_link.passed import Packet
from scripts.thin_link.terms import LinkTerms

__all__ = ["DirectionMeasures", "Link", "LinkMeasures", "LinkTerms", "Packet"]
