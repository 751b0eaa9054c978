"""The test run: which suites there are, how they are run, and what is said of them."""
