"""What the TinyBERT chapter shows, one demo a file."""
