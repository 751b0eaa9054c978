"""Host registry, session broker, worklist, accounts, audit."""
