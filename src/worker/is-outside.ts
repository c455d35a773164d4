declare const self: ServiceWorkerGlobalScope

/** A page of this origin that the worker does not serve. Frames without a URL of their own are of a page inside. */
export function isOutside({ url }: Client): boolean {
  return url.startsWith(location.origin) && !url.startsWith(self.registration.scope)
}
