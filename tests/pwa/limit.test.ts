/** How much room a text has left. */
import { expect, test } from "vitest";
import { leftWords } from "../../pwa/src/components/limit.ts";

test("the room that is left is told for the last 20 characters alone, and what is too many is counted", () => {
  expect(leftWords("字".repeat(39), 60)).toBe("");
  expect(leftWords("字".repeat(40), 60)).toBe("还可写 20 字");
  expect(leftWords("字".repeat(60), 60)).toBe("还可写 0 字");
  expect(leftWords("字".repeat(61), 60)).toBe("多了 1 字");
  expect(leftWords("字".repeat(999), undefined)).toBe("");
});

test("a rare character is one, though it is stored as two", () => {
  expect(leftWords("𠮷".repeat(60), 60)).toBe("还可写 0 字");
});
