import {
  planAnswer,
  planText,
  withHeaders,
  type AnswerPlan,
  type PlanRequest,
} from './answer-plan.ts'
import { CORS_HEADERS, PREFLIGHT_HEADERS } from './cors-headers.ts'
import type { DiskCatalog } from './disk-catalog.ts'
import type { DiskSource } from './disk-source.ts'

const ALLOWED_METHODS = 'GET, HEAD, OPTIONS'

/** What {@link planRequest} needs beside the request. */
export interface PlanOptions {
  readonly catalog: DiskCatalog
  /** Lets pages of other origins read the answer. */
  readonly cors: boolean
  /** The `Cache-Control` of disks. */
  readonly cacheControl: string
}

/**
 * Plans the answer to any request below the disks' folder: a disk, the list of disks, or a refusal.
 *
 * @param path - path below the folder, still encoded; empty for the list
 * @param source - the disk of that path, if there is one
 */
export async function planRequest(
  request: PlanRequest & { readonly path: string },
  source: DiskSource | undefined,
  { catalog, cors, cacheControl }: PlanOptions,
): Promise<AnswerPlan> {
  const { method, path } = request
  const common = { 'Timing-Allow-Origin': '*', ...(cors && CORS_HEADERS) }
  if (method === 'OPTIONS') return withHeaders(planOptions(cors), common)
  if (method !== 'GET' && method !== 'HEAD') return withHeaders(planMethodRefusal(method), common)
  if (source !== undefined) return withHeaders(planAnswer(request, source, cacheControl), common)
  const plan =
    path === '' ? await planListing(catalog) : planText(404, `There is no disk ${path} here.`)
  return withHeaders(plan, common)
}

function planOptions(cors: boolean): AnswerPlan {
  const headers = { Allow: ALLOWED_METHODS, ...(cors && PREFLIGHT_HEADERS) }
  return { status: 204, headers, body: [] }
}

function planMethodRefusal(method: string): AnswerPlan {
  return withHeaders(planText(405, `${method} is not for disks.`), { Allow: ALLOWED_METHODS })
}

async function planListing(catalog: DiskCatalog): Promise<AnswerPlan> {
  const json = JSON.stringify({ disks: await catalog.list() }, undefined, 2)
  return withHeaders(planText(200, json), {
    'Content-Type': 'application/json; charset=utf-8',
    'Cache-Control': 'no-cache',
  })
}
