import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply } from 'fastify';

/**
 * What a caller may call its request: enough for a UUID, a ULID or the id of a trace, and nothing
 * that would have to be quoted in a header, a line of a log or a shell.
 */
const callersId = /^[A-Za-z0-9._-]{1,64}$/;

/** The caller's `x-request-id`, or an id made here when there is none that may be repeated. */
export function requestIdOf(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && callersId.test(given) ? given : randomUUID();
}

export function nameRequest(reply: FastifyReply): void {
  reply.header('x-request-id', reply.request.id);
}

/** Names the request in its answer. */
export function registerRequestId(app: FastifyInstance): void {
  app.addHook('onRequest', (_request, reply, done) => {
    nameRequest(reply);
    done();
  });
}
