"""A run against the loss curves that the book's notebooks show."""
