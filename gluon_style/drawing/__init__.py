"""Every figure, table and page; each word on them is an argument."""
