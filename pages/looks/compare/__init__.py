"""What the comparison page shows, one comparison a file."""
