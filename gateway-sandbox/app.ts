import { setTimeout as delay } from 'node:timers/promises';
import Fastify, { type FastifyInstance } from 'fastify';
import { type ChargeRequest, Ledger } from './ledger.ts';
import { handleError, handleNotFound } from './problems.ts';

// The length is a limit of its own: a key is kept for as long as the gateway runs.
const KEY = {
  type: 'object',
  required: ['idempotency-key'],
  properties: { 'idempotency-key': { type: 'string', minLength: 1, maxLength: 255 } },
};

const CHARGE = {
  type: 'object',
  additionalProperties: false,
  required: ['reference', 'amountMinor', 'currency', 'token'],
  properties: {
    reference: { type: 'string', minLength: 1, maxLength: 255 },
    amountMinor: { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
    currency: { type: 'string', pattern: '^[A-Z]{3}$' },
    token: { type: 'string', minLength: 1, maxLength: 255 },
  },
};

// Queries are text and nothing is coerced: the patterns admit what Number() reads exactly.
const PAGE = {
  type: 'object',
  additionalProperties: false,
  properties: {
    after: { type: 'string', pattern: '^[0-9]{1,15}$', default: '0' },
    limit: { type: 'string', pattern: '^([1-9][0-9]{0,2}|1000)$', default: '100' },
  },
};

/**
 * The gateway without a socket. `latencyMs` passes between the charge and its answer, as with a
 * real acquirer: a caller that goes away meanwhile has been charged.
 */
export function buildGateway({ latencyMs }: { latencyMs: number }): FastifyInstance {
  const ledger = new Ledger();
  const app = Fastify({
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, allErrors: true } },
  });
  app.setErrorHandler(handleError);
  app.setNotFoundHandler(handleNotFound);

  app.get('/livez', async () => ({ status: 'ok' }));

  app.post<{ Body: ChargeRequest; Headers: { 'idempotency-key': string } }>(
    '/v1/charges',
    { schema: { headers: KEY, body: CHARGE } },
    async (request, reply) => {
      const { charge, replayed } = ledger.charge(request.headers['idempotency-key'], request.body);
      if (latencyMs > 0) await delay(latencyMs);
      if (replayed) reply.header('idempotent-replay', 'true');
      return reply.code(201).send(charge);
    },
  );

  app.get<{ Querystring: { after: string; limit: string } }>(
    '/v1/charges',
    { schema: { querystring: PAGE } },
    async ({ query }) => ledger.page(Number(query.after), Number(query.limit)),
  );

  return app;
}
