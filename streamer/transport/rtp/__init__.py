"""RTP as the host sends it: payload format, packets, repair, reports. Pure: no sockets, no clock."""
