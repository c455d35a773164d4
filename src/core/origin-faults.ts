/** What goes wrong between the worker and the origins of disks, on purpose: to see how a page bears it. */
export interface OriginFaults {
  /**
   * Tells one order from the next: the same one again changes nothing, so that it can be repeated in case the worker was
   * restarted meanwhile.
   */
  readonly id?: string
  /** Every request fails, as without a network. @default false */
  readonly offline?: boolean
  /** Every request waits so long before it is sent, in milliseconds. @default 0 */
  readonly latencyMs?: number
  /** So many requests fail, as when a connection breaks; those that try again count. @default 0 */
  readonly failNext?: number
}
