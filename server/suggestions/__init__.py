"""Suggestions, praise and problems: from a word to an answer."""
