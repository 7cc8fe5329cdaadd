"""What the RoBERTa chapter shows, one demo a file."""
