import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { spared } from './load-shedding.ts';
import type { Metrics } from './metrics.ts';

/** What has to be true before a replica may get traffic. A reason why not, or null. */
export type ReadinessCheck = () => string | null;

export interface Health {
  /** The process has been told to end: from now on it is not ready, and never again. */
  drain(): void;
  draining(): boolean;
  notReady(): string | null;
}

export function createHealth(checks: readonly ReadinessCheck[]): Health {
  let draining = false;
  return {
    drain() {
      draining = true;
    },
    draining: () => draining,
    notReady() {
      if (draining) return 'draining';
      return checks.map((check) => check()).find((reason) => reason !== null) ?? null;
    },
  };
}

const Status = Type.Object({ status: Type.String(), reason: Type.Optional(Type.String()) });

/** Probes and metrics. Liveness looks at the process alone and stays up during the drain. */
export function registerHealth(app: FastifyInstance, health: Health, metrics: Metrics): void {
  let started = false;
  const answers = { response: { 200: Status, 503: Status }, tags: ['operations'], security: [] };
  const config = spared;
  app.get('/livez', { config, schema: answers }, async () => ({ status: 'alive' }));
  app.get('/readyz', { config, schema: answers }, async (_request, reply) => {
    const reason = health.notReady();
    if (reason !== null) return reply.status(503).send({ status: 'not ready', reason });
    started = true;
    return { status: 'ready' };
  });
  app.get('/startupz', { config, schema: answers }, async (_request, reply) => {
    const reason = health.notReady();
    started ||= reason === null;
    if (started) return { status: 'started' };
    return reply.status(503).send({ status: 'starting', reason: reason ?? '' });
  });
  app.get(
    '/metrics',
    { config, schema: { tags: ['operations'], security: [] } },
    async (_request, reply) => {
      reply.type(metrics.registry.contentType);
      return metrics.registry.metrics();
    },
  );
}
