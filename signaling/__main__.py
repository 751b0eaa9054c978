"""`python -m signaling` is `farview`."""

import sys

from signaling.cli import main

sys.exit(main())
