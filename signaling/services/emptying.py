"""Hosts that are being emptied: each is told which of its archives another host has room for, so that it moves their readers."""

from __future__ import annotations

from signaling.domain.hosts import HostState, Removal
from signaling.protocol.hosts import HostDrain
from signaling.services.candidates import Candidates
from signaling.services.host_registry import HostChange, HostRegistry


class Emptying:
    """Looks at every change of a host, which is every two seconds at least while there is one."""

    def __init__(self, registry: HostRegistry, candidates: Candidates) -> None:
        self._registry = registry
        self._candidates = candidates
        registry.changes.listen(self._changed)

    def _changed(self, change: HostChange) -> None:
        for host in self._registry.live:
            if host.state is HostState.DRAINING:
                ends = self._registry.removals.get(host.host) is Removal.ENDS
                elsewhere = self._candidates.elsewhere(host)
                host.tell_drain(HostDrain(draining=True, elsewhere=elsewhere, ends=ends))
