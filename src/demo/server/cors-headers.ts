/** Lets pages of other origins read an answer, and the headers that a reader of ranges needs. */
export const CORS_HEADERS = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers':
    'Accept-Ranges, Content-Encoding, Content-Length, Content-Range, Date, ETag, Last-Modified, Retry-After',
} as const

/** Answers a preflight: ranges and conditions are not among the headers that go without. */
export const PREFLIGHT_HEADERS = {
  'Access-Control-Allow-Methods': 'GET, HEAD, OPTIONS',
  'Access-Control-Allow-Headers':
    'Range, If-Range, If-Match, If-None-Match, If-Modified-Since, If-Unmodified-Since, Cache-Control, Pragma, X-Accept-Encoding',
  'Access-Control-Max-Age': '600',
} as const
