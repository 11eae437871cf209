/** The ground all screens stand on, as far as a box without a layout can tell. */
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";

const ground = readFileSync("pwa/src/styles/ground.css", "utf8");
const style = document.createElement("style");
beforeEach(() => {
  style.textContent = ground;
  document.head.append(style);
});
afterEach(() => {
  style.remove();
  document.body.replaceChildren();
});

test("on a long page nothing gives way, whether it stands in a column or not", () => {
  document.body.innerHTML = `<main class="main"><p></p><div class="column"><section></section></div></main>`;
  for (const each of document.querySelectorAll(".main > p, .column > section")) {
    expect(getComputedStyle(each).flexShrink).toBe("0");
  }
});
