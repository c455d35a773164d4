/** Whether the guest's own check came out right; empty while it has not said. */
export type Verdict = 'right' | 'wrong' | ''

/** Follows serial output and compares it with what a guest must say. */
export interface SerialJudge {
  /** Takes more output. @returns the verdict of the last line that had one. */
  push(text: string): Verdict
}

// What the guests print when bytes were wrong or could not be read.
const complaint = /^(?:BAD LBA|ERR|CORRUPT) /

/**
 * Makes a judge. Only whole lines count, and a line is wrong when it begins like the expected one but
 * goes on otherwise: the word OK alone proves nothing, its checksum does.
 *
 * @param expect - such as `OK 1A2B3C4D`; without it there is never a verdict.
 */
export function createSerialJudge(expect: string | undefined): SerialJudge {
  let line = ''
  let verdict: Verdict = ''
  return {
    push(text) {
      const lines = (line + text).split(/\r?\n|\r/)
      line = (lines.pop() ?? '').slice(-1024)
      if (expect !== undefined) {
        for (const whole of lines) verdict = judgeLine(whole, expect) || verdict
      }
      return verdict
    },
  }
}

function judgeLine(line: string, expect: string): Verdict {
  if (line === expect || line.startsWith(`${expect} `)) return 'right'
  const word = expect.split(' ', 1)[0] ?? expect
  return complaint.test(line) || line.startsWith(`${word} `) ? 'wrong' : ''
}
