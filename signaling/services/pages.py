"""The pages that are connected, and what all of them are told."""

from __future__ import annotations

import asyncio
import math

import msgspec

from signaling.protocol.page import SignedOut, SignInEnds, WorklistChanged
from signaling.protocol.records import ArchiveInfo
from signaling.services.host_registry import HostChange, HostRegistry
from signaling.services.live_host import LiveHost
from signaling.services.ports import PageLink

AGAIN = "What you read stays. To open anything else after that, sign in again here: farview url --new prints a token."
LAPSED = "Your sign-in has lapsed. What you read stays. To go on, sign in again here: farview url --new prints a token."
AGAIN_ELSEWHERE = "To go on after that, sign in again here: farview url --new prints a token."
LAPSED_ELSEWHERE = "Your sign-in has lapsed. To go on, sign in again here: farview url --new prints a token."
NOT_REACHED = "No connected render host reaches this archive."
CUT = "The line to the render host {} is cut: what it lists can't be asked for just now."
CUT_SECONDS = 1.0
"""A line that is cut for less is not spoken of: hosts dial again at once."""
_ROUNDING = 0.01


def ends_words(left: float) -> str:
    """That a sign-in ends in `left` seconds."""
    minutes = max(1, math.ceil(left / 60))
    within = "1 minute" if minutes == 1 else f"{minutes} minutes"
    return f"Your sign-in ends within {within}."


class Pages:
    """Connected pages. They hear of every change of an archive's index."""

    def __init__(self, registry: HostRegistry) -> None:
        self._registry = registry
        self._links: set[PageLink] = set()
        self._warned: dict[PageLink, str] = {}
        """What each was told of the end of its sign-in: that it comes, or that it has come."""
        self._told: dict[tuple[str, str], ArchiveInfo] = {}
        registry.changes.listen(self._host_changed)

    @property
    def count(self) -> int:
        """Pages connected."""
        return len(self._links)

    @property
    def key_hashes(self) -> frozenset[str]:
        """The sign-ins that have pages."""
        return frozenset(link.key_hash for link in self._links)

    def warn(self, key_hash: str, left: float) -> None:
        """Tell each page of a sign-in, once, that it ends in `left` seconds; and once more that it has ended."""
        words = LAPSED if left <= 0 else f"{ends_words(left)} {AGAIN}"
        told = "ended" if left <= 0 else "ends"
        for link in tuple(self._links):
            if link.key_hash == key_hash and self._warned.get(link) != told:
                self._warned[link] = told
                link.port.send(SignInEnds(message=words))

    def goes_on(self, key_hash: str, by: str) -> None:
        """The reader of these pages has signed in again: they are the new sign-in's, and what they were told holds no more."""
        for link in tuple(self._links):
            if link.key_hash == key_hash:
                link.key_hash = by
                if self._warned.pop(link, ""):
                    link.port.send(SignInEnds(message=""))

    def add(self, link: PageLink) -> None:
        """A page said hello."""
        self._links.add(link)

    def discard(self, link: PageLink) -> None:
        """A page is gone."""
        self._links.discard(link)
        self._warned.pop(link, None)

    def signed_out(self, key_hash: str, message: str, *, lapsed: bool = False) -> None:
        """Tell the pages of a sign-in that it is over, and close them; of one that has `lapsed` they keep what they show."""
        for link in tuple(self._links):
            if link.key_hash == key_hash:
                link.port.send(SignedOut(message=message, lapsed=lapsed))
                link.port.close("signed out")

    def hang_up(self) -> None:
        """Close every page's connection; the pages dial again by themselves."""
        for link in tuple(self._links):
            link.port.close("Farview stops.")

    def _host_changed(self, change: HostChange) -> None:
        tenant = change.host.record.tenant
        if change.away:
            asyncio.get_running_loop().call_later(CUT_SECONDS, self._look, tenant)
        self._look(tenant)

    def _look(self, tenant: str) -> None:
        """Tell what is another than was told last. What a host can be asked for counts, not that another one's line is cut."""
        hosts = [host for host in self._registry.live if host.record.tenant == tenant]
        # The last one named counts: a line that is not cut before one that is, then who has been here longest.
        hosts.sort(key=lambda host: (not _is_cut(host), -host.record.made_at))
        now = {info.archive: info for host in hosts for info in _archives(host)}
        before = {archive for of, archive in self._told if of == tenant}
        for archive in before - now.keys():
            info = self._told.pop((tenant, archive))
            self._tell(tenant, info, NOT_REACHED)
        for archive, info in now.items():
            if self._told.get((tenant, archive)) != info:
                self._told[tenant, archive] = info
                self._tell(tenant, info, info.problem)

    def _tell(self, tenant: str, info: ArchiveInfo, problem: str) -> None:
        message = WorklistChanged(
            archive=info.archive,
            studies=info.studies,
            files_seen=info.files_seen,
            files_total=info.files_total,
            scanning=info.scanning,
            problem=problem,
        )
        for link in tuple(self._links):
            if link.user.tenant == tenant:
                link.port.send(message)


def _is_cut(host: LiveHost) -> bool:
    """Whether its line has been cut for longer than a moment."""
    since = host.away_since
    return since is not None and asyncio.get_running_loop().time() - since >= CUT_SECONDS - _ROUNDING


def _archives(host: LiveHost) -> tuple[ArchiveInfo, ...]:
    if not _is_cut(host):
        return host.archives
    words = CUT.format(host.name)
    return tuple(
        msgspec.structs.replace(info, problem=" ".join(filter(None, (words, info.problem))))
        for info in host.archives
    )
