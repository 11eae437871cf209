"""One browser engine as the story needs it: go somewhere, run something in the page, end, and start again."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol


class Engine(Protocol):
    """What Firefox and WebKit have in common here."""

    keeps_profile: bool  # the store outlives the browser

    def open(self) -> None:
        """Start the browser on its profile."""

    def go(self, url: str) -> None:
        """Open an address and wait until it is loaded."""

    def run(self, expression: str) -> Any:
        """Give the value of a JavaScript expression; a promise is waited for. JSON only."""

    def kill(self) -> None:
        """End it without a word (kill -9)."""

    def close(self) -> None:
        """End it as a person would."""

    def screenshot(self, file: Path) -> None:
        """Keep what is on the screen."""


# A person's hands in the page: what can be seen by its words, tapped and written into.
HANDS = """
const seen = element => element.checkVisibility ? element.checkVisibility() : element.getClientRects().length > 0;
const found = (kinds, words) => [...document.querySelectorAll(kinds)]
  .filter(element => seen(element) && element.textContent.trim().match(new RegExp(words)));
const field = words => {
  for (const label of found("label", words)) {
    const control = label.control ?? label.querySelector("input, textarea");
    if (control) return control;
  }
  return document.querySelector(`[aria-label*="${words}"]`);
};
const write = (control, text) => {
  const kind = control.tagName === "TEXTAREA" ? HTMLTextAreaElement : HTMLInputElement;
  control.focus();
  Object.getOwnPropertyDescriptor(kind.prototype, "value").set.call(control, text);
  control.dispatchEvent(new Event("input", { bubbles: true }));
  control.dispatchEvent(new Event("change", { bubbles: true }));
  control.blur();
};
const give = (input, name, base64) => {
  const bytes = Uint8Array.from(atob(base64), letter => letter.charCodeAt(0));
  const bag = new DataTransfer();
  bag.items.add(new File([bytes], name, { type: "image/jpeg" }));
  input.files = bag.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
};
"""


class Person:
    """Somebody who uses the app in an engine, by the words on the screen."""

    def __init__(self, engine: Engine, url: str) -> None:
        self.engine, self.url = engine, url

    def go(self, path: str) -> None:
        self.engine.go(self.url + path)

    def run(self, expression: str) -> Any:
        return self.engine.run(f"(() => {{ {HANDS} return {expression}; }})()")

    def until(self, expression: str, seconds: float = 20) -> Any:
        """Wait until an expression is true; returns its value."""
        return until(lambda: self.run(expression), expression, seconds)

    def sees(self, words: str, seconds: float = 20) -> None:
        self.until(f"found('body *', {json.dumps(words)}).length > 0", seconds)

    def tap(self, kinds: str, words: str) -> None:
        """Tap the first thing of these kinds with these words, as soon as it is there."""
        self.until(f"found({json.dumps(kinds)}, {json.dumps(words)}).length > 0")
        self.run(f"found({json.dumps(kinds)}, {json.dumps(words)})[0].click()")

    def write(self, label: str, text: str) -> None:
        self.until(f"!!field({json.dumps(label)})")
        self.run(f"write(field({json.dumps(label)}), {json.dumps(text)})")


def until(answer: Callable[[], Any], what: str, seconds: float = 20) -> Any:
    """Ask until the answer is true. Raises: AssertionError after so many seconds."""
    deadline, last = time.monotonic() + seconds, None
    while time.monotonic() < deadline:
        try:
            last = answer()
        except PageGoneError as gone:
            last = gone
        else:
            if last:
                return last
        time.sleep(0.2)
    raise AssertionError(f"{what}: {last!r} after {seconds:.0f} s")


class PageGoneError(Exception):
    """The page was left while something ran in it."""
