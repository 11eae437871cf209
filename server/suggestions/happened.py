"""What became of words, as news for whoever brought them here (`server/news.py`)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ContactsForgotten:
    """These words, each (source, ref), were replied to or are done with, and how to reach their writers is forgotten."""

    words: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class WordsMoved:
    """This word, which its writer lets the class's teachers read, goes to a circle where they may not, and not by its source."""

    source: str
    ref: str
