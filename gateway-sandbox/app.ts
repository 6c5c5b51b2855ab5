import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { Deliveries, type Waits } from './deliveries.ts';
import {
  type Caller,
  type Charge,
  type ChargeRequest,
  Ledger,
  type Refund,
  type RefundRequest,
} from './ledger.ts';
import { openLedgerFile } from './ledger-file.ts';
import { handleError, handleNotFound, TryAgain } from './problems.ts';
import { CALLER, CHARGE, PAGE, REFUND } from './schemas.ts';
import { behaviourOf } from './tokens.ts';

export interface AppOptions extends Waits {
  /** Where the ledger is kept; without it, it lives as long as the app. */
  readonly ledgerFile?: string | undefined;
}

interface Headers {
  'idempotency-key': string;
  'x-request-id'?: string;
}

/**
 * The gateway without a socket. `latencyMs` passes between the charge and its answer, as with a
 * real acquirer: a caller that goes away meanwhile has been charged.
 *
 * Throws LedgerFileError.
 */
export function buildGateway({ ledgerFile, ...waits }: AppOptions): FastifyInstance {
  const file = ledgerFile === undefined ? undefined : openLedgerFile(ledgerFile);
  const ledger = new Ledger(file);
  const closing = new AbortController();
  const deliveries = new Deliveries(waits, closing.signal);
  const app = Fastify({
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, allErrors: true } },
  });
  app.setErrorHandler(handleError);
  app.setNotFoundHandler(handleNotFound);
  app.addHook('preClose', async () => closing.abort());
  app.addHook('onClose', async () => file?.close());

  app.get('/livez', async () => ({ status: 'ok' }));

  /** Keys of tokens that fail first, from their first request to the one that goes through. */
  const failedOnce = new Set<string>();

  app.post<{ Body: ChargeRequest; Headers: Headers }>(
    '/v1/charges',
    { schema: { headers: CALLER, body: CHARGE } },
    async (request, reply) => {
      const caller = callerOf(request);
      const before = ledger.findCharge(caller.key, request.body);
      if (before) return deliveries.deliver('plain', asReplay(reply), chargeOnWire(before));
      const { outcome, delivery, failsFirst } = behaviourOf(request.body.token);
      if (outcome === null) return deliveries.ignore(reply);
      if (failsFirst && !failedOnce.delete(caller.key)) {
        failedOnce.add(caller.key);
        throw new TryAgain();
      }
      const charge = ledger.charge(caller, request.body, outcome);
      return deliveries.deliver(delivery, reply, chargeOnWire(charge));
    },
  );

  app.post<{ Body: RefundRequest; Headers: Headers }>(
    '/v1/refunds',
    { schema: { headers: CALLER, body: REFUND } },
    async (request, reply) => {
      const caller = callerOf(request);
      const before = ledger.findRefund(caller.key, request.body);
      if (before) return deliveries.deliver('plain', asReplay(reply), refundOnWire(before));
      const refund = ledger.refund(caller, request.body);
      return deliveries.deliver('plain', reply, refundOnWire(refund));
    },
  );

  app.get<{ Querystring: { after: string; limit: string } }>(
    '/v1/charges',
    { schema: { querystring: PAGE } },
    async ({ query }) => ledger.charges(Number(query.after), Number(query.limit)),
  );

  app.get<{ Querystring: { after: string; limit: string } }>(
    '/v1/refunds',
    { schema: { querystring: PAGE } },
    async ({ query }) => ledger.refunds(Number(query.after), Number(query.limit)),
  );

  return app;
}

const callerOf = ({ headers }: FastifyRequest<{ Headers: Headers }>): Caller => ({
  key: headers['idempotency-key'],
  requestId: headers['x-request-id'],
});

const asReplay = (reply: FastifyReply): FastifyReply => reply.header('idempotent-replay', 'true');

/** The key is told back, so that a caller can see that an answer is for its own request. */
const chargeOnWire = (charge: Charge) => {
  const { id, status, declineCode, key, reference, amountMinor, currency } = charge;
  return { id, status, declineCode, key, reference, amountMinor, currency };
};

const refundOnWire = ({ id, status, key, chargeId, amountMinor, currency }: Refund) => ({
  id,
  status,
  key,
  chargeId,
  amountMinor,
  currency,
});
