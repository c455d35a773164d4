import { isDiskCacheError } from '../core/errors.ts'
import type { DiskCacheError } from '../core/errors.ts'
import { exportArchive } from '../panel/carry-archive.ts'
import { formatBytes } from '../panel/format-bytes.ts'
import { saveFile } from '../panel/save-file.ts'
import type { DiskCache } from '../protocol/api.ts'
import type { ImportReport } from '../protocol/archive.ts'
import { findElement } from './find-element.ts'
import type { Guest } from './guest.ts'
import { setAvailable } from './set-available.ts'

const noGuest = 'There is no guest yet whose disk could be saved or loaded.'

/** What the buttons of archives work with. */
export interface ArchivePorts {
  /** `undefined` where there is no cache. */
  readonly cache: Promise<DiskCache | undefined>
  /** The guest that is chosen. */
  chosen(): Guest | undefined
}

/** Lets a person save what is stored of the chosen guest's disk to a file, and load it from one. */
export function connectArchiveButtons({ cache, chosen }: ArchivePorts): void {
  const save = findElement('archive-save', HTMLButtonElement)
  const load = findElement('archive-load', HTMLButtonElement)
  const file = findElement('archive-file', HTMLInputElement)
  const state = findElement('archive-state', HTMLElement)
  let isBusy = false

  /** Never does nothing without a word. */
  async function run(work: (cache: DiskCache, guest: Guest) => Promise<string>): Promise<void> {
    if (isBusy) return
    setBusy(true)
    try {
      state.textContent = 'Waiting for the disk cache…'
      const opened = await cache
      const guest = chosen()
      if (opened === undefined) state.textContent = 'Without the disk cache nothing is stored here.'
      else if (guest === undefined) state.textContent = noGuest
      else state.textContent = await work(opened, guest)
    } catch (error) {
      state.textContent = describeError(error)
    } finally {
      setBusy(false)
    }
  }

  function setBusy(busy: boolean): void {
    isBusy = busy
    for (const button of [save, load]) setAvailable(button, !busy)
  }

  save.addEventListener(
    'click',
    () =>
      void run(async (opened, { name, url }) => {
        state.textContent = `Saving ${name}…`
        const archive = await exportArchive(opened, url)
        saveFile(archive, `${name}.tar`)
        return `Saved ${name}.tar, ${formatBytes(archive.size)}`
      }),
  )
  load.addEventListener('click', () => {
    if (chosen() === undefined) state.textContent = noGuest
    else if (!isBusy) file.click()
  })
  file.addEventListener('change', () => {
    const [archive] = file.files ?? []
    // The same file may be chosen again.
    file.value = ''
    if (archive === undefined) return
    void run(async (opened, { name, url }) => {
      const loadAs = (fromAnyUrl: boolean): Promise<ImportReport> =>
        opened.disk(url).import(archive.stream(), {
          fromAnyUrl,
          onProgress: ({ readBytes }) => {
            state.textContent = `Loading ${archive.name}: ${formatBytes(readBytes)}`
          },
        })
      const { importedBytes, presentBytes, missingBytes } = await loadAs(false).catch(
        (error: unknown) => {
          if (isOfAnotherUrl(error) && confirm(askFor(error, name))) return loadAs(true)
          throw error
        },
      )
      const rest =
        missingBytes === 0 ? 'nothing is missing' : `${formatBytes(missingBytes)} missing`
      return `Loaded ${formatBytes(importedBytes)} of ${name}, ${formatBytes(presentBytes)} were there, ${rest}`
    })
  })
}

/** It was saved from the same demo at another address, perhaps. */
function isOfAnotherUrl(error: unknown): error is DiskCacheError {
  return isDiskCacheError(error) && error.details['archived'] !== undefined
}

function askFor({ details }: DiskCacheError, name: string): string {
  return `This file is of ${String(details['archived'])}. Is that the same disk as ${name} here?`
}

function describeError(error: unknown): string {
  if (isDiskCacheError(error)) return `${error.message} (${error.code})`
  return error instanceof Error ? error.message : String(error)
}
