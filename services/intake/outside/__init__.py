"""What intake asks of the world outside it."""
