"""Close-ups of the BERTSUM chapter."""
