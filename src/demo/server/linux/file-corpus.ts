import { createHash } from 'node:crypto'

/** A file of the guest that only exists to be read and checked. */
export interface CorpusFile {
  /** Path without a leading slash. */
  readonly path: string
  readonly content: Uint8Array
}

const LARGE_FILES = 3
const LARGE_FILE_BYTES = 4 * 1024 * 1024
const SMALL_FILES = 600
const SMALL_FOLDERS = 20
const DIGEST_BYTES = 32

/** Three files of 4 MiB and 600 of up to 10 KiB, the same each time, sorted by path. */
export function fileCorpus(): CorpusFile[] {
  const large = Array.from({ length: LARGE_FILES }, (_, index): CorpusFile => {
    const digests = Array.from({ length: LARGE_FILE_BYTES / DIGEST_BYTES }, (_unused, part) =>
      createHash('sha256').update(`L${index}:${part}`).digest(),
    )
    return { path: `data/large/${index}.bin`, content: Buffer.concat(digests) }
  })
  const small = Array.from({ length: SMALL_FILES }, (_, index): CorpusFile => {
    const digest = createHash('sha256').update(`S${index}`).digest('hex')
    const repeats = 1 + ((index * 37) % 160)
    const path = `data/small/${index % SMALL_FOLDERS}/${index}.txt`
    return { path, content: Buffer.from(`${digest.repeat(repeats)}\n`) }
  })
  return [...large, ...small].toSorted((a, b) => (a.path < b.path ? -1 : 1))
}

/** The list of checksums that the guest hands to `md5sum -c`. */
export function corpusManifest(files: readonly CorpusFile[]): string {
  return files
    .map(({ path, content }) => `${createHash('md5').update(content).digest('hex')}  ${path}\n`)
    .join('')
}

/** What the guest prints when all files of a manifest are right. */
export function corpusExpectation(manifest: string): string {
  const hash = createHash('md5').update(manifest).digest('hex').slice(0, 8)
  return `READY ${hash} files=${manifest.split('\n').length - 1}`
}
