/** What the pure parts need of a `Headers`: the value of a field, by its lower-case name. */
export interface HeaderSource {
  get(name: string): string | null
}
