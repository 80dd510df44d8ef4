"""What pages cost, as ratios of one run; see `bench.__main__`."""
