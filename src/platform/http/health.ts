import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { Metrics } from '../metrics.ts';
import { spared } from './load-shedding.ts';

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

const Status = Type.Object(
  { status: Type.String(), reason: Type.Optional(Type.String()) },
  { title: 'Probe', additionalProperties: false, description: 'Whether, and if not why.' },
);

const metricsText = {
  description: 'Metrics as Prometheus reads them.',
  content: { 'text/plain': { schema: Type.String() } },
};

const operation = (operationId: string, summary: string, response: object) => ({
  config: { ...spared, quiet: true },
  schema: { operationId, summary, response, tags: ['operations'], security: [] },
});

/** Probes and metrics. Liveness looks at the process alone and stays up during the drain. */
export function registerHealth(app: FastifyInstance, health: Health, metrics: Metrics): void {
  let started = false;
  const both = { 200: Status, 503: Status };
  const alive = operation('livez', 'Whether the process answers', { 200: Status });
  app.get('/livez', alive, async () => ({ status: 'alive' }));
  const ready = operation('readyz', 'Whether it may get traffic', both);
  app.get('/readyz', ready, async (_request, reply) => {
    const reason = health.notReady();
    if (reason !== null) return reply.status(503).send({ status: 'not ready', reason });
    started = true;
    return { status: 'ready' };
  });
  const startedUp = operation('startupz', 'Whether it has been ready', both);
  app.get('/startupz', startedUp, async (_request, reply) => {
    const reason = health.notReady();
    started ||= reason === null;
    if (started) return { status: 'started' };
    return reply.status(503).send({ status: 'starting', reason: reason ?? '' });
  });
  const told = operation('metrics', 'Metrics of this replica', { 200: metricsText });
  app.get('/metrics', told, async (_request, reply) => {
    reply.type(metrics.registry.contentType);
    return metrics.registry.metrics();
  });
}
