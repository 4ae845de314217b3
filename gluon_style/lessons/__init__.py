"""What the notebooks need beyond the chapter."""
