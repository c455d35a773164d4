/**
 * The element of the page with this id.
 *
 * @param type - its class, checked.
 * @throws {Error} when the page has no such element: the markup and the scripts have gone apart.
 */
export function findElement<E extends Element>(id: string, type: new () => E): E {
  const element = document.getElementById(id)
  if (element instanceof type) return element
  throw new Error(`index.html has no <${type.name}> with the id "${id}".`)
}
