import { createHash, timingSafeEqual } from 'node:crypto';
import { UnauthorizedProblem } from '../../platform/access/auth.ts';

/**
 * Whether a request has the token: as a bearer, or as the password of Basic, which is what a client
 * that can be given a URL and no header (Flagger) makes of `http://gate:<token>@…`. Digests are
 * compared: they have one length, and take the same time wherever they differ.
 *
 * @throws {UnauthorizedProblem} when it has not.
 */
export function assertToken(token: string, authorization: string | undefined): void {
  if (timingSafeEqual(digest(given(authorization)), digest(token))) return;
  throw new UnauthorizedProblem('Send the header "Authorization: Bearer <GATE_TOKEN>".');
}

function given(authorization = ''): string {
  const [, scheme = '', credentials = ''] = /^(Bearer|Basic) (\S+)$/i.exec(authorization) ?? [];
  if (scheme.toLowerCase() !== 'basic') return credentials;
  const [, password = ''] =
    /^[^:]*:(.*)$/s.exec(Buffer.from(credentials, 'base64').toString()) ?? [];
  return password;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Whether only this machine can reach what listens there. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
