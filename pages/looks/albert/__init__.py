"""Close-ups of the ALBERT chapter, one idea a file."""
