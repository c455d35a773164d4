import type { Backend } from '../protocol/reports.ts'

/** What people call the places where chunks are kept. */
export const backendNames: Readonly<Record<Backend, string>> = {
  idb: 'IndexedDB',
  opfs: 'the private file system',
}
