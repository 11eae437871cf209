/** The Cache Storage of a browser, in memory, with a disk that may be full. */
export interface FakeCaches {
  readonly keys: () => string[];
  readonly bytesOf: (key: string) => number | undefined;
  /** From now on no more than this is stored in it. */
  room: number;
  /** The one cache that there is. */
  readonly cache: FakeCache;
}

export interface FakeCache {
  put: (key: string, response: Response) => Promise<void>;
}

export function fakeCaches(): FakeCaches & { readonly storage: Pick<CacheStorage, "open"> } {
  const held = new Map<string, number>();
  const disk = {
    room: Infinity,
    keys: () => [...held.keys()],
    bytesOf: (key: string) => held.get(key),
  };
  const cache = {
    async put(key: string, response: Response) {
      const { size } = await response.blob();
      if (size > disk.room) throw new DOMException("full", "UnknownError");
      held.set(key, size);
    },
    keys: (key: string) => Promise.resolve(held.has(key) ? [new Request(`https://visit.example${key}`)] : []),
    delete: (key: string) => Promise.resolve(held.delete(key)),
  };
  const storage = { open: () => Promise.resolve(cache as unknown as Cache) };
  return Object.assign(disk, { storage, cache });
}
