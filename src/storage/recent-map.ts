/** A map that forgets what was used least recently when it holds more than its limit. */
export interface RecentMap<Key, Value> {
  get(key: Key): Value | undefined
  set(key: Key, value: Value): void
  /** All that is held; looking at it is no use. */
  entries(): Iterable<[Key, Value]>
  delete(key: Key): void
  clear(): void
}

/** Makes a {@link RecentMap} of at most `limit` entries. */
export function createRecentMap<Key, Value>(limit: number): RecentMap<Key, Value> {
  const entries = new Map<Key, Value>()
  return {
    get(key) {
      const value = entries.get(key)
      if (value !== undefined) {
        entries.delete(key)
        entries.set(key, value)
      }
      return value
    },
    set(key, value) {
      entries.delete(key)
      entries.set(key, value)
      if (entries.size > limit) {
        for (const oldest of entries.keys()) {
          entries.delete(oldest)
          break
        }
      }
    },
    entries: () => entries.entries(),
    delete: (key) => void entries.delete(key),
    clear: () => entries.clear(),
  }
}
