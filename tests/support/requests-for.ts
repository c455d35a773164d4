/** The longest request of the worker, and what longer ones are cut at. */
const longestBytes = 4 * 2 ** 20

/**
 * What an origin is asked for by reads such as `bytes=0-511`, in their order, if each is asked for just the chunks that it
 * touches and none before it did: neighbours together. So it is where chunks are so small that no piece of one is fetched by itself.
 */
export function requestsFor(reads: readonly string[], chunkBytes: number): string[] {
  const asked = new Set<number>()
  return reads.flatMap((read) => {
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(read) ?? []
    const requests: [start: number, end: number][] = []
    for (
      let chunk = Math.floor(Number(first) / chunkBytes);
      chunk * chunkBytes <= Number(last);
      chunk++
    ) {
      if (asked.has(chunk)) continue
      asked.add(chunk)
      const start = chunk * chunkBytes
      const before = requests.at(-1)
      if (before?.[1] === start && start % longestBytes !== 0) before[1] += chunkBytes
      else requests.push([start, start + chunkBytes])
    }
    return requests.map(([start, end]) => `GET bytes=${start}-${end - 1}`)
  })
}
