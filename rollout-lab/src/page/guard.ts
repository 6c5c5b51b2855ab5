import type { IncomingMessage, ServerResponse } from 'node:http';
import { RefusedError } from './refused.ts';

/** By these the page is reached; any other name that leads to this machine is somebody else's. */
const hosts = ['127.0.0.1', 'localhost', '[::1]'];

const headers = {
  'content-security-policy':
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
};

export function setSecurityHeaders(response: ServerResponse): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
}

/**
 * Lets through only what this page's own origin sends: a site that has its name point to 127.0.0.1
 * (DNS rebinding) is known by its Host, one that posts across by its Origin.
 *
 * @throws {RefusedError} 403
 */
export function assertOwn({ headers }: IncomingMessage, port: number): void {
  const own = hosts.map((host) => `${host}:${port}`);
  if (!own.includes(headers.host ?? '')) {
    throw new RefusedError(403, `the page answers only by the host 127.0.0.1:${port}`);
  }
  const { origin, 'sec-fetch-site': site = 'same-origin' } = headers;
  const isForeign = origin !== undefined && !own.some((host) => origin === `http://${host}`);
  if (isForeign || site === 'cross-site' || site === 'same-site') {
    throw new RefusedError(403, 'another site may not ask');
  }
}
