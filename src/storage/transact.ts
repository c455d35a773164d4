import type { StoreNames } from 'idb'
import type { CatalogDatabase, CatalogSchema, CatalogTransaction } from './catalog-schema.ts'

type Stores = StoreNames<CatalogSchema>

/** Stores to open, and how durable the change must be. */
export interface Transact<Name extends Stores> {
  readonly stores: Name[]
  /** @default 'strict': what resolved is on the disk, even after a power loss */
  readonly durability?: IDBTransactionDurability
}

/**
 * Runs `work` in one read-write transaction, and resolves when that is committed. If `work` throws, nothing is
 * changed.
 */
export async function transact<Name extends Stores, Result>(
  db: CatalogDatabase,
  { stores, durability = 'strict' }: Transact<Name>,
  work: (transaction: CatalogTransaction<Name[], 'readwrite'>) => Promise<Result>,
): Promise<Result> {
  const transaction = db.transaction(stores, 'readwrite', { durability })
  // It is awaited below, unless `work` fails first: then nobody listens any more.
  unheard(transaction.done)
  let result: Result
  try {
    result = await work(transaction)
  } catch (error) {
    abort(transaction)
    throw error
  }
  await transaction.done
  return result
}

/**
 * Marks the promise of a single request as one to which nobody listens: its failure shows as that of its
 * transaction.
 */
export function unheard(request: Promise<unknown> | undefined): void {
  request?.catch(() => undefined)
}

function abort(transaction: { abort(): void }): void {
  try {
    transaction.abort()
  } catch {
    // It has been aborted already: that was the error.
  }
}
