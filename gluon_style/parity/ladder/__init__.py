"""From one edition of the chapter to another, one difference at a time."""
