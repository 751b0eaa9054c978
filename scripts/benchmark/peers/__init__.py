"""Others beside Farview: trame with the same CT, over the same links, driven by the same hand and watched by the same eye."""
