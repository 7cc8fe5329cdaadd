"""What the ELECTRA chapter shows, one demo a file."""
