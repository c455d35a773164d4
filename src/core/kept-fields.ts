/** The fields of an origin's answer that are kept with a disk, by lower-case name: its representation's and its freshness's. */
export const keptFieldNames = [
  'age',
  'cache-control',
  'content-disposition',
  'content-language',
  'content-location',
  'content-type',
  'cross-origin-resource-policy',
  'date',
  'etag',
  'expires',
  'last-modified',
  'timing-allow-origin',
  'vary',
] as const
