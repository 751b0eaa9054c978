"""`scripts/bench link`: the thin link in all its rows, and trame beside it."""
