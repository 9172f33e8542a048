"""What the pages say of themselves that links in messages lead to."""
