import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

/** Stopped; being traced; or not there any more. */
const standStill = new Set(['T', 't', 'Z', 'X'])

/**
 * Stops a process (SIGSTOP), and resolves when all of its threads stand still: one that is in the middle of a write or a flush comes to its end first.
 * Linux only.
 */
export async function stopProcess(id: number): Promise<void> {
  try {
    process.kill(id, 'SIGSTOP')
  } catch {
    // It has ended by itself.
    return
  }
  while ((await statesOf(id)).some((state) => !standStill.has(state))) await sleep(1)
}

async function statesOf(id: number): Promise<string[]> {
  const tasks = `/proc/${id}/task`
  const threads = await readdir(tasks).catch(() => [])
  return Promise.all(
    threads.map(async (thread) => {
      const stat = await readFile(`${tasks}/${thread}/stat`, 'utf8').catch(() => ') X')
      // The name before it may hold anything.
      return stat[stat.lastIndexOf(')') + 2] ?? 'X'
    }),
  )
}
