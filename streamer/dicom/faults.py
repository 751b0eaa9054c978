"""What may be wrong with a file. The messages are sentences for the reader, without patient data and without paths."""

from __future__ import annotations


class NotDicom(Exception):
    """The file is something else, and nobody needs to be told."""


class BadFile(Exception):
    """The file is DICOM, or says so, but can't be used; the message says why."""


class NotReadNow(BadFile):
    """The file could not be read this time (rights, disk, share): nothing is known of what it holds, and it is tried again."""


class BadFrame(Exception):
    """This frame's pixels can't be decoded; the message says why."""


class FrameNotReadNow(BadFrame):
    """This frame could not be read this time (away, rights, disk, share, memory): it is tried again."""
