"""What the DistilBERT chapter shows, one demo a file."""
