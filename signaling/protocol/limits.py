"""Caps on what any peer may send. A channel that receives more answers with an error and stays open."""

from __future__ import annotations

PAGE_MESSAGE_BYTES = 65_536
HOST_MESSAGE_BYTES = 4 * 1024 * 1024
CONTROL_MESSAGE_BYTES = 65_536
CONTROL_MESSAGES_PER_SECOND = 200
MOVES_PACKET_BYTES = 1_150
MOVES_PACKETS_PER_SECOND = 400
FRAMES_PACKET_BYTES = 1_150
SDP_BYTES = 32_768
WORKLIST_ROWS = 500
SEARCH_TEXT = 128
UNACKNOWLEDGED_EVENTS = 8
BEAT_SECONDS = 0.3
REST_BEAT_SECONDS = 0.6
ARCHIVE_NAME = r"[A-Za-z0-9._-]{1,64}"
"""A name of an archive that several hosts may give, a regular expression of the whole."""
SAMPLE_IMAGES = 32
"""At most so many images are in a sample of an archive (hosts.ArchiveSource)."""
HOST_ARCHIVES = 256
"""Archives of one render host."""
HOST_CAPACITY = 512
"""Readers of one render host."""
ARCHIVE_TITLE = 300
"""Characters of an archive's title."""
