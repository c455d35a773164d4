import type { DiskCacheEvent } from './events.ts'

/**
 * Version of the protocol between page and worker. Neighbouring versions understand each other: fields
 * are only added, and unknown ones ignored.
 */
export const protocolVersion = 1

/** The key by which our messages are told from those of others on the same channel. */
export const messageKey = 'sectorcache'

/** What a page sends to the worker by `ServiceWorker.postMessage`. */
export type PageMessage =
  | {
      readonly sectorcache: number
      readonly kind: 'call'
      /** Tells the calls of one page apart. */
      readonly call: string
      /** A message of Comlink. */
      readonly payload: unknown
    }
  /** Keeps the worker alive while a body is being streamed. Answered with `streams`. */
  | { readonly sectorcache: number; readonly kind: 'ping' }

/** What the worker sends to one page by `Client.postMessage`. */
export type WorkerMessage =
  /** The call was received by the worker that holds the Web Lock `lock` for its life. */
  | {
      readonly sectorcache: number
      readonly kind: 'accepted'
      readonly call: string
      readonly lock: string
    }
  | {
      readonly sectorcache: number
      readonly kind: 'reply'
      readonly call: string
      readonly payload: unknown
    }
  /** How many bodies are being streamed to this page and others: while there are any, it sends pings. */
  | { readonly sectorcache: number; readonly kind: 'streams'; readonly open: number }
  /**
   * Storage knows of no options: a page that is linked with the worker of `scope` posts those that it asks for, or `undefined`, to
   * the port that comes with this.
   */
  | { readonly sectorcache: number; readonly kind: 'options'; readonly scope: string }

/** What the worker broadcasts to all pages of its scope, on the channel {@link eventChannelName}. */
export interface EventBatch {
  readonly sectorcache: number
  readonly kind: 'events'
  /** The life of the worker that counts `sequence`. */
  readonly worker: string
  /** Counts the batches of one worker, from 0. A hole means that events were missed. */
  readonly sequence: number
  readonly events: readonly DiskCacheEvent[]
}

/** The BroadcastChannel on which the worker of a scope reports events. */
export function eventChannelName(scope: string): string {
  return `${messageKey}:${scope}`
}

/** Whether `data` is a message of this protocol, of any version. */
export function isOurMessage(data: unknown): data is { sectorcache: number; kind: string } {
  return (
    typeof data === 'object' &&
    data !== null &&
    messageKey in data &&
    typeof data[messageKey] === 'number'
  )
}
