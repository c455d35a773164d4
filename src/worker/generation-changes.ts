import { etagOf } from '../core/generation-identity.ts'
import type { GenerationEvent } from '../protocol/events.ts'
import type { GenerationRecord } from '../storage/catalog-schema.ts'

const order: readonly GenerationRecord['state'][] = ['retired', 'waiting', 'active']

/** What to tell pages of the generations of a disk: which came, became something else, or went. */
export function generationChanges(
  before: readonly GenerationRecord[],
  after: readonly GenerationRecord[],
): GenerationEvent[] {
  const old = new Map(before.map((record) => [record.id, record]))
  const present = new Set(after.map(({ id }) => id))
  return [
    ...before.filter(({ id }) => !present.has(id)).map((record) => describe(record, 'gone')),
    // Who loses its place goes before who takes it.
    ...after
      .filter(({ id, state }) => old.get(id)?.state !== state)
      .sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state))
      .map((record) => describe(record, record.state)),
  ]
}

function describe(
  { url, id: generation, identity }: GenerationRecord,
  state: GenerationEvent['state'],
): GenerationEvent {
  const etag = etagOf(identity.validator)
  return { type: 'generation', url, generation, state, ...(etag && { etag }) }
}
