/** The context opens though a part of the store cannot be read. */
import { expect, test, vi } from "vitest";
import { rowsOf } from "#worker/store/records.ts";
import { makeSignedInApp } from "./app.ts";

vi.mock(import("#worker/store/records.ts"), async (load) => ({ ...(await load()), rowsOf: vi.fn() }));

test("rows that cannot be read keep nobody from the pages, which say so themselves", async () => {
  vi.mocked(rowsOf).mockRejectedValue(new DOMException("broken", "UnknownError"));
  const app = await makeSignedInApp();
  expect(app.person.value?.name).toBe("周敏");
  expect(app.labels.value.code("visit_form", "home")).toBe("登门访问");
  app.stop();
});
