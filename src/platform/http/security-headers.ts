/**
 * Headers of every answer of the API, as OWASP's cheat sheet for REST asks for them. They are the
 * same for all, so they are set as they stand; helmet, which works them out for each answer, is for
 * the page at /docs, the only one that a browser shows.
 */
export const securityHeaders = {
  /** What somebody ordered is for nobody's cache on the way. */
  'cache-control': 'no-store',
  /** An answer that is opened in a browser loads nothing and is framed by nobody. */
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
} as const;
