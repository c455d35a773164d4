import type { RightAnswer } from './judge-answer.ts'
import type { ModelDisk } from './model-disk.ts'
import type { SiteChoice } from './program.ts'
import { Violation } from './violation.ts'

/** What one reader has seen of one disk. */
export interface Session {
  /** What it was shown first, or lately: `undefined` while it has read nothing. */
  readonly shown: RightAnswer | undefined
  /** The earliest epoch of the disk that it may still be shown. */
  readonly epoch: number
}

/** The sessions of a program. */
export interface Sessions {
  of(reader: string, disk: ModelDisk): Session
  /**
   * A reader was shown this.
   *
   * @param before - its session when it began to read: reads that overlap have no order.
   * @throws {Violation} with `hold`, if it is another version than before; with `switch`, if it is an older one and
   * the origin has not gone back.
   */
  note(reader: string, disk: ModelDisk, seen: { answer: RightAnswer; before: Session }): void
}

const unread: Session = { shown: undefined, epoch: 0 }

/** Makes the sessions of a program. A reader is a name that is never used again. */
export function createSessions(onChange: SiteChoice['onChange']): Sessions {
  const sessions = new Map<string, Session>()
  const keyOf = (reader: string, { name }: ModelDisk): string => `${reader} ${name}`

  function of(reader: string, disk: ModelDisk): Session {
    return sessions.get(keyOf(reader, disk)) ?? unread
  }

  return {
    of,
    note(reader, disk, { answer, before }) {
      const { identity, version } = answer
      if (identity === undefined) return
      const now = of(reader, disk)
      const first = now.shown?.identity
      if (onChange === 'hold' && first !== undefined && first !== identity)
        throw new Violation(`a session of ${first} was shown ${identity}`)
      const epoch = disk.timeline.indexOf(version.number, before.epoch)
      if (epoch === -1)
        throw new Violation(
          `a session has gone back to version ${version.number}, and the origin has not`,
        )
      sessions.set(keyOf(reader, disk), { shown: answer, epoch: Math.max(epoch, now.epoch) })
    },
  }
}
