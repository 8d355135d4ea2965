"""What scheduling asks of the world outside it."""
