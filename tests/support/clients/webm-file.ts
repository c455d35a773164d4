/** A key frame of VP8. */
export interface EncodedFrame {
  readonly bytes: Uint8Array
  /** Whole milliseconds from the start. */
  readonly timestampMs: number
}

/** What the file says of itself. */
export interface WebmFacts {
  readonly width: number
  readonly height: number
  readonly durationMs: number
}

/**
 * Writes a WebM file of key frames (matroska.org/technical/elements.html), a cluster for each frame, with its index
 * behind all of them: who seeks, jumps to the end first.
 */
export function writeWebm(frames: readonly EncodedFrame[], facts: WebmFacts): Uint8Array {
  const head = element(
    0x1a45dfa3,
    uint(0x4286, 1),
    uint(0x42f7, 1),
    uint(0x42f2, 4),
    uint(0x42f3, 8),
    text(0x4282, 'webm'),
    uint(0x4287, 2),
    uint(0x4285, 2),
  )
  const info = element(
    0x1549a966,
    uint(0x2ad7b1, 1_000_000), // times are in milliseconds
    text(0x4d80, 'test'),
    text(0x5741, 'test'),
    float(0x4489, facts.durationMs),
  )
  const video = element(0xe0, uint(0xb0, facts.width), uint(0xba, facts.height))
  const track = element(
    0xae,
    uint(0xd7, 1),
    uint(0x73c5, 1),
    uint(0x83, 1),
    text(0x86, 'V_VP8'),
    video,
  )
  const tracks = element(0x1654ae6b, track)
  const clusters = frames.map(toCluster)
  const seekHeadLength = seekHead({ info: 0, tracks: 0, cues: 0 }).length
  const firstCluster = seekHeadLength + info.length + tracks.length
  const positions: number[] = []
  let end = firstCluster
  for (const { length } of clusters) {
    positions.push(end)
    end += length
  }
  const seeking = seekHead({
    info: seekHeadLength,
    tracks: seekHeadLength + info.length,
    cues: end,
  })
  const cues = element(0x1c53bb6b, ...frames.map((frame, at) => cue(frame, positions[at] ?? 0)))
  return Buffer.concat([head, element(0x18538067, seeking, info, tracks, ...clusters, cues)])
}

function toCluster({ bytes, timestampMs }: EncodedFrame): Buffer {
  // Track 1, no time after the cluster's, a key frame.
  const block = Buffer.concat([Uint8Array.of(0x81, 0, 0, 0x80), bytes])
  return element(0x1f43b675, uint(0xe7, timestampMs), element(0xa3, block))
}

function cue({ timestampMs }: EncodedFrame, position: number): Buffer {
  const track = element(0xb7, uint(0xf7, 1), uint(0xf1, position))
  return element(0xbb, uint(0xb3, timestampMs), track)
}

/** Positions count from the segment's first byte. */
function seekHead({ info, tracks, cues }: Readonly<Record<string, number>>): Buffer {
  const seek = (id: number, position = 0): Buffer =>
    element(0x4dbb, uint(0x53ab, id), uint(0x53ac, position))
  return element(
    0x114d9b74,
    seek(0x1549a966, info),
    seek(0x1654ae6b, tracks),
    seek(0x1c53bb6b, cues),
  )
}

/** The id as it is, the length in eight bytes. */
function element(id: number, ...content: readonly Uint8Array[]): Buffer {
  const idBytes = Buffer.from(id.toString(16), 'hex')
  const length = content.reduce((sum, part) => sum + part.length, 0)
  const size = Buffer.alloc(8)
  size.writeBigUInt64BE(BigInt(length) | (1n << 56n))
  return Buffer.concat([idBytes, size, ...content])
}

function uint(id: number, value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(value))
  return element(id, bytes)
}

function float(id: number, value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeDoubleBE(value)
  return element(id, bytes)
}

function text(id: number, value: string): Buffer {
  return element(id, Buffer.from(value, 'ascii'))
}
