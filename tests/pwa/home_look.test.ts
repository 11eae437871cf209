/** One look at the store for all who ask, until something has changed. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { STUCK_MS } from "#pwa/components/coalesce.ts";
import { keepHomeLook } from "#pwa/components/home_look.ts";
import { homeView } from "#worker/store/mine.ts";
import type { View } from "#worker/store/view.ts";

vi.mock(import("#worker/store/mine.ts"), async (load) => ({ ...(await load()), homeView: vi.fn() }));

const viewOf = (person: string): View => ({ person, queued: [], sent: [], rows: new Map(), own: new Map() });

beforeEach(() => {
  vi.useFakeTimers();
  vi.mocked(homeView)
    .mockReset()
    .mockImplementation((person) => Promise.resolve(viewOf(person)));
});
afterEach(() => {
  vi.useRealTimers();
});

test("who asks at the same time or later gets the same look, until it is forgotten", async () => {
  const look = keepHomeLook();
  const [one, two] = await Promise.all([look.of("p1"), look.of("p1")]);
  expect(two).toBe(one);
  expect(await look.of("p1")).toBe(one);
  look.forget();
  expect(await look.of("p1")).not.toBe(one);
  expect(homeView).toHaveBeenCalledTimes(2);
});

test("another person gets a look of their own", async () => {
  const look = keepHomeLook();
  await look.of("p1");
  expect((await look.of("p2")).person).toBe("p2");
});

test("a store that could not be read is read again", async () => {
  const look = keepHomeLook();
  vi.mocked(homeView).mockRejectedValueOnce(new DOMException("broken", "UnknownError"));
  await expect(look.of("p1")).rejects.toThrow("broken");
  expect((await look.of("p1")).person).toBe("p1");
});

test("a look that never ends is given up after a while, one that has ended is kept", async () => {
  const look = keepHomeLook();
  vi.mocked(homeView).mockReturnValueOnce(new Promise<View>(() => undefined));
  void look.of("p1");
  vi.advanceTimersByTime(STUCK_MS - 1);
  void look.of("p1");
  expect(homeView).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(1);
  const one = await look.of("p1");
  vi.advanceTimersByTime(10 * STUCK_MS);
  expect(await look.of("p1")).toBe(one);
});
