import type { FastifyInstance } from 'fastify';
import type { Release } from '../../releases.ts';
import { securityHeaders } from './security-headers.ts';

/** When the first fields of older releases became deprecated (RFC 9745: seconds since 1970) and when they end. */
const deprecatedSince = '@1767225600'; // 2026-01-01
const sunset = 'Thu, 31 Dec 2026 23:59:59 GMT'; // RFC 8594

/** Headers of every answer. */
export function releaseHeaders(release: Release): Readonly<Record<string, string>> {
  return { 'x-release': release.name, ...securityHeaders };
}

/** Names the release in every answer, and says where an answer has fields on their way out. */
export function registerReleaseHeaders(app: FastifyInstance, release: Release): void {
  const always = releaseHeaders(release);
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(always);
    const { scope } = request.routeOptions.config;
    if (scope === undefined || !release.answersMinorUnits) return;
    reply.header('deprecation', deprecatedSince).header('sunset', sunset);
  });
}
