import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import Fastify, { type FastifyBaseLogger, type FastifyRequest, LogController } from 'fastify';
import type { Logger } from 'pino';
import { impliedProblems, problems } from './api-problems.ts';
import { registerCatalog } from './catalog/routes.ts';
import type { Tracker } from './changes/changes.ts';
import { registerContext } from './context.ts';
import type { Faults } from './faults/faults.ts';
import { registerRequestFaults } from './faults/request-faults.ts';
import { registerOrders } from './orders/routes.ts';
import type { Gateway } from './payments/gateway.ts';
import { registerPayments } from './payments/routes.ts';
import type { Authenticate } from './platform/access/auth.ts';
import type { RateLimit } from './platform/access/rate-limit.ts';
import type { Cache } from './platform/cache/cache.ts';
import type { Flags } from './platform/flags/flags.ts';
import { registerDraining } from './platform/http/draining.ts';
import { type Health, registerHealth } from './platform/http/health.ts';
import type { App } from './platform/http/http.ts';
import { pressureLimits, registerLoadShedding } from './platform/http/load-shedding.ts';
import {
  answerClientError,
  answerProblem,
  registerProblems,
} from './platform/http/problem-answers.ts';
import { registerReleaseHeaders, releaseHeaders } from './platform/http/release-headers.ts';
import { nameRequest, registerRequestId, requestIdOf } from './platform/http/request-id.ts';
import { logRequest, registerRequestLog } from './platform/http/request-log.ts';
import { countAnswer, registerRequestMetrics } from './platform/http/request-metrics.ts';
import { mostSockets, serverLimits } from './platform/http/server-limits.ts';
import type { Logs } from './platform/logging.ts';
import type { Metrics } from './platform/metrics.ts';
import { registerOpenApi } from './platform/openapi/openapi.ts';
import type { Database } from './platform/postgres/database.ts';
import type { Tracing } from './platform/tracing.ts';
import { hasChoice, type Release } from './releases.ts';

/** What the application is made of. It opens nothing itself and never listens. */
export interface AppDeps {
  readonly release: Release;
  readonly database: Database;
  /** How long an answer is kept under its Idempotency-Key, in milliseconds. */
  readonly keyTtlMs: number;
  readonly cache: Cache;
  readonly gateway: Gateway;
  readonly tracker: Tracker;
  readonly authenticate: Authenticate;
  readonly rateLimit: RateLimit;
  readonly health: Health;
  readonly metrics: Metrics;
  readonly faults: Faults;
  readonly flags: Flags;
  readonly log: Logger;
  readonly logAnswer: Logs['logAnswer'];
  /** Null when nobody collects traces. */
  readonly tracing: Tracing | null;
}

/** The table of contents: everything that the service answers, in order. */
export async function buildApp(deps: AppDeps): Promise<App> {
  const loggerInstance: FastifyBaseLogger = deps.log;
  const app: App = Fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: requestIdOf,
    requestIdHeader: false, // it would be taken as it is
    ...serverLimits,
    forceCloseConnections: 'idle',
    // What still arrives while it closes is answered: everything that it needs is closed after that.
    return503OnClosing: false,
    clientErrorHandler: (error, socket) => {
      const status = answerClientError(error, socket, releaseHeaders(deps.release));
      if (status !== null) deps.metrics.unreadableRequests.inc({ status: `${status}` });
    },
    frameworkErrors: (error, request, reply) => {
      // Hooks do not run for what the router itself refuses.
      reply.headers(releaseHeaders(deps.release));
      nameRequest(reply);
      answerProblem(error, request, reply);
      countAnswer(deps.metrics, request, reply);
      logRequest(deps.logAnswer, request, reply);
    },
    // Fastify's defaults turn "3" into 3 and drop fields that are not known: a wrong order taken.
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, allErrors: true } },
  }).withTypeProvider<TypeBoxTypeProvider>();

  app.server.maxConnections = mostSockets;
  // Without it a body of text is taken for a string and called an invalid order.
  app.removeContentTypeParser('text/plain');
  deps.tracing?.registerRequests(app, (request) => factsOf(request, deps.release));
  registerReleaseHeaders(app, deps.release);
  registerRequestId(app);
  registerDraining(app, deps.health);
  registerProblems(app);
  registerRequestMetrics(app, deps.metrics);
  registerRequestLog(app, deps.logAnswer);
  await registerLoadShedding(app, deps.metrics, pressureLimits());
  await registerOpenApi(app, {
    release: deps.release.name,
    deprecates: deps.release.answersMinorUnits,
    tellsPhases: Object.keys(deps.release.changes).some((change) =>
      hasChoice(deps.release, change),
    ),
    problems,
    implied: impliedProblems,
  });
  registerContext(app, deps);
  registerRequestFaults(app, deps.faults, deps.flags);

  registerHealth(app, deps.health, deps.metrics);
  registerCatalog(app, deps);
  registerOrders(app, deps);
  registerPayments(app, deps);
  return app;
}

/** What a span of a request says beside HTTP. */
function factsOf({ context }: FastifyRequest, release: Release): Record<string, string> {
  const phases = Object.entries(context?.phases ?? {});
  return {
    'scaleretail.release': release.name,
    ...Object.fromEntries(
      phases.map(([change, { name }]) => [`scaleretail.phase.${change}`, name]),
    ),
  };
}
