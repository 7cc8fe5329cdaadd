"""What the XLNet chapter shows, one demo a file."""
