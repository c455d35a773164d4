import type { RequestFields } from '../core/forwarded-fields.ts'
import { nominatedNames, nominatedText } from '../core/vary.ts'
import type { RequestVariant } from '../storage/catalog-schema.ts'

/**
 * Which of the requests for a disk a response answers, by its `Vary`; `undefined` for all. Only a digest of the
 * values is kept: `Authorization` may be among them.
 */
export async function variantOf(
  vary: string | undefined,
  request: RequestFields,
): Promise<RequestVariant | undefined> {
  const names = nominatedNames(vary)
  if (names.length === 0) return undefined
  return { names, digest: await digestOf(nominatedText(names, request)) }
}

/** Whether what was stored for `variant` may answer `request`. */
export async function answersVariant(
  variant: RequestVariant | undefined,
  request: RequestFields,
): Promise<boolean> {
  if (variant === undefined) return true
  return variant.digest === (await digestOf(nominatedText(variant.names, request)))
}

async function digestOf(text: string): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
