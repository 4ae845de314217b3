"""Every figure, table and page; the words are arguments or in `templates`."""
