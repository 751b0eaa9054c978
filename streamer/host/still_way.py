"""How one page takes exact stills: what it said that it can, against what its connection carries."""

from __future__ import annotations

from signaling.protocol.control import PageAbilities
from signaling.protocol.stills import StillMethod

MOST_HELD = 16
_IMAGES = (StillMethod.JXL, StillMethod.PNG)


class StillWay:
    """Empty until the page has spoken: a page that says nothing gets none."""

    def __init__(self) -> None:
        self._methods: tuple[str, ...] = ()
        self.held = 0
        """How many stills the page keeps."""
        self._number = 0

    def learn(self, abilities: PageAbilities) -> None:
        """What the page can; names that mean nothing are passed over."""
        self._methods = abilities.still
        self.held = max(0, min(MOST_HELD, abilities.held))

    def method(self, still_profile: str) -> str:
        """The best for both; `still_profile` is that of the second track, empty where there is none."""
        if StillMethod.TRACK in self._methods and still_profile:
            return StillMethod.TRACK.value
        return self.image_method

    @property
    def image_method(self) -> str:
        """For a still that is too large for a track."""
        return next((name for name in self._methods if name in _IMAGES), "")

    def next_number(self) -> int:
        """The next still's, from 1."""
        self._number += 1
        return self._number
