"""By what address somebody is counted."""

from __future__ import annotations

import ipaddress

_OWN_BITS = 64


def counted_as(address: str) -> str:
    """`address`; of an IPv6 address its network of 64 bits, for whoever has one address of it has them all (RFC 6177).

    An IPv4 address in IPv6's form is counted as what it is; what is no address, as it stands.
    """
    try:
        found = ipaddress.ip_address(address.split("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return (
        str(found) if found.is_loopback else str(ipaddress.ip_network((int(found), _OWN_BITS), strict=False))
    )
