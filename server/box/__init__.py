"""A school's box: words and reports from anybody, without signing in."""
