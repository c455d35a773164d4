import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'

import { openStoredDisk } from '../../src/device/stored-disk.ts'
import { clearStorage } from '../storage/raw-storage.ts'
import { store, url } from './archive-bench.ts'

beforeEach(clearStorage)

test.each(['idb', 'opfs'] as const)(
  'once it is closed, neither a look-up that is under way nor a later read begins to open anything: %s',
  async (backend) => {
    const identity = { validator: { kind: 'strong', etag: '"a"' }, sizeBytes: 131_072 } as const
    await store({ identity, chunkSize: 65_536, headers: { etag: '"a"' }, backend }, [0, 1])
    const disk = openStoredDisk({ url, isCached: true, identity }, () => undefined)
    const chunks = await disk.find()
    await chunks?.load({ first: 0, end: 2 })
    expect(await chunks?.read({ start: 0, end: 512 })).toHaveLength(512)
    const opened = [
      vi.spyOn(IDBFactory.prototype, 'open'),
      vi.spyOn(FileSystemDirectoryHandle.prototype, 'getFileHandle'),
    ]
    onTestFinished(() => void vi.restoreAllMocks())
    const underWay = [disk.find(), chunks?.recheck({ first: 0, end: 2 })]
    disk.close()
    await Promise.all(underWay)
    expect(await chunks?.read({ start: 65_536, end: 66_048 })).toBeUndefined()
    await chunks?.recheck({ first: 0, end: 2 })
    expect(await disk.find()).toBeUndefined()
    expect(opened.map(({ mock }) => mock.calls.length)).toEqual([0, 0])
  },
)
