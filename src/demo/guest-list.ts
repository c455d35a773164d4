import type { Guest } from './guest.ts'
import { parseGuestList } from './parse-guest-list.ts'

const rememberedKey = 'sectorcache-demo:guests'

/** The guests, and whether the list is fresh or the one that was kept. */
export interface GuestList {
  readonly guests: readonly Guest[]
  readonly remembered: boolean
}

/**
 * Asks the server which guests there are. Without a network it is the last list that could be had.
 *
 * @param listUrl - absolute.
 * @throws {Error} when there is neither.
 */
export async function loadGuestList(listUrl: string): Promise<GuestList> {
  try {
    const response = await fetch(listUrl, { headers: { Accept: 'application/json' } })
    if (!response.ok) throw new Error(`${listUrl} answered ${response.status}.`)
    const listing: unknown = await response.json()
    const guests = parseGuestList(listing, listUrl)
    remember(listing)
    return { guests, remembered: false }
  } catch (error) {
    const guests = recall(listUrl)
    if (guests === undefined) throw error
    return { guests, remembered: true }
  }
}

function remember(listing: unknown): void {
  try {
    localStorage.setItem(rememberedKey, JSON.stringify(listing))
  } catch {
    // Storage may be forbidden or full: then the list is not there offline, and nothing else suffers.
  }
}

function recall(listUrl: string): Guest[] | undefined {
  try {
    const listing = localStorage.getItem(rememberedKey)
    return listing === null ? undefined : parseGuestList(JSON.parse(listing), listUrl)
  } catch {
    return undefined
  }
}
