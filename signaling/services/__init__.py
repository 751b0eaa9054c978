"""What the server does: registry of hosts, broker of seats, streams, worklist, checkpoints, sign-ins, device checks."""
