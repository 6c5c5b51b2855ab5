import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Phases, Tracker } from './changes/changes.ts';
import { phasesHeaderOf } from './phases-header.ts';
import {
  type Authenticate,
  type Customer,
  requireScope,
  type Scope,
} from './platform/access/auth.ts';
import type { RateLimit } from './platform/access/rate-limit.ts';
import type { Release } from './releases.ts';

/** Who sent a request, and the phase that was decided for it: once, for all that it does. */
export interface RequestContext {
  readonly customer: Customer;
  readonly phases: Phases;
}

declare module 'fastify' {
  interface FastifyRequest {
    context: RequestContext | null;
    leavePhase: (() => void) | null;
  }
  interface FastifyContextConfig {
    /** What the token must allow; a route without one is open to everybody. */
    scope?: Scope;
  }
}

/** Gives every route with a scope its customer and its phase before anything else runs. */
export function registerContext(
  app: FastifyInstance,
  deps: { authenticate: Authenticate; rateLimit: RateLimit; tracker: Tracker; release: Release },
): void {
  app.decorateRequest('context', null);
  app.decorateRequest('leavePhase', null);
  const phasesHeader = phasesHeaderOf(deps.release);
  app.addHook('onRequest', async (request, reply) => {
    const { scope } = request.routeOptions.config;
    if (scope === undefined) return;
    const customer = await deps.authenticate(request);
    deps.rateLimit.admit(customer.id);
    requireScope(customer, scope);
    const { phases, leave } = deps.tracker.enter(customer.id);
    request.context = { customer, phases };
    const told = phasesHeader(phases);
    if (told !== '') reply.header('x-phases', told);
    request.leavePhase = leave;
  });
  // By now the handler is done with the database, also when the client has gone meanwhile.
  app.addHook('onSend', async (request) => request.leavePhase?.());
  app.addHook('onError', async (_request, _reply, error) => deps.tracker.didFail(error));
}

/** @throws {Error} on a route that was registered without a scope. */
export function contextOf(request: FastifyRequest): RequestContext {
  if (request.context === null) throw new Error(`${request.url} has no scope`);
  return request.context;
}
