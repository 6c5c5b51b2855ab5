import Fastify, { type FastifyInstance, type FastifyRequest, LogController } from 'fastify';
import type { Logger } from 'pino';
import { describeError } from '../../platform/http/describe-error.ts';
import { registerDraining } from '../../platform/http/draining.ts';
import { createHealth, type Health } from '../../platform/http/health.ts';
import { registerProblems } from '../../platform/http/problem-answers.ts';
import { Problem } from '../../platform/http/problems.ts';
import { registerRequestId, requestIdOf } from '../../platform/http/request-id.ts';
import type { GateName, GateReport } from '../../schema-change/gate/gate.ts';
import { gateNames, gates } from '../../schema-change/gate/gates.ts';
import { createEvaluations, StillEvaluatingError } from './evaluations.ts';
import { createGateMetrics, type GateMetrics } from './metrics.ts';
import { assertToken } from './token.ts';

export interface GateServerDeps {
  readonly ask: (gate: GateName) => Promise<GateReport>;
  /** Asked for at every gate; absent: nobody else reaches this server. */
  readonly token: string | undefined;
  /** Longest that a request waits for a gate, shorter than its client does. */
  readonly limitMs: number;
  readonly log: Logger;
}

/** No answer of the gate, neither yes nor no: whoever asks must not go on, and may ask again. */
class GateUnavailableProblem extends Problem {
  readonly status = 503;
  readonly code = 'temporarily-unavailable';
  readonly title = 'Temporarily unavailable';
  override readonly retryAfterSeconds = 5;
}

/** The gates over HTTP; opens nothing itself and never listens. */
export function buildGateServer(deps: GateServerDeps): FastifyInstance {
  const app = Fastify({
    loggerInstance: deps.log,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: requestIdOf,
    requestIdHeader: false,
    return503OnClosing: false,
  }) as unknown as FastifyInstance;
  const health = createHealth([]);
  const metrics = createGateMetrics();
  app.addHook('preClose', async () => health.drain());
  registerRequestId(app);
  registerDraining(app, health);
  registerProblems(app);
  acceptAnyBody(app);
  registerOperations(app, health, metrics);
  registerGates(app, deps, metrics);
  return app;
}

// Flagger sends what it rolls out, which is no business of the gates, and others send nothing.
function acceptAnyBody(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, async () => null);
}

function registerOperations(app: FastifyInstance, health: Health, { registry }: GateMetrics): void {
  app.get('/livez', async () => ({ status: 'alive' }));
  app.get('/readyz', async (_request, reply) => {
    const reason = health.notReady();
    if (reason === null) return { status: 'ready' };
    return reply.status(503).send({ status: 'not ready', reason });
  });
  app.get('/metrics', async (_request, reply) => {
    reply.type(registry.contentType);
    return registry.metrics();
  });
}

function registerGates(app: FastifyInstance, deps: GateServerDeps, metrics: GateMetrics): void {
  const { token } = deps;
  const onRequest = async (request: FastifyRequest) => {
    if (token !== undefined) assertToken(token, request.headers.authorization);
  };
  const listed = gateNames.map((gate) => ({ gate, means: gates[gate].means, path: pathOf(gate) }));
  app.get('/gates', { onRequest }, async () => ({ gates: listed }));
  for (const gate of gateNames) {
    const evaluate = async () => {
      const report = await deps.ask(gate);
      metrics.note(report);
      return report;
    };
    const ask = createEvaluations(evaluate, deps.limitMs);
    const answer = () => ask().catch(refuse);
    // A web metric of Argo Rollouts reads the body, and takes any other status for an error.
    app.get(pathOf(gate), { onRequest }, answer);
    // A webhook of Flagger reads the status alone.
    app.post(pathOf(gate), { onRequest }, async (_request, reply) => {
      const report = await answer();
      return reply.status(report.passed ? 200 : 403).send(report);
    });
  }
}

function pathOf(gate: GateName): string {
  return `/gates/${gate}`;
}

function refuse(error: unknown): never {
  if (error instanceof StillEvaluatingError) {
    throw new GateUnavailableProblem(`${error.message}. They go on; ask again.`);
  }
  const { status } = describeError(error);
  if (status !== 503) throw error;
  throw new GateUnavailableProblem('The database cannot be asked at the moment.');
}
