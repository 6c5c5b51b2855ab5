import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import type { Metrics } from '../platform/metrics.ts';
import {
  type ChargeRequest,
  type ChargeResult,
  type Gateway,
  GatewayUnavailableError,
  type RefundRequest,
  type RefundResult,
} from './gateway.ts';

const maxTries = 3;
/** The pause before a further try, doubled each time; spread so that replicas do not try in step. */
const firstPauseMs = 50;
const longestPauseMs = firstPauseMs * 2 ** (maxTries - 1) * 1.5;
/** The answers that say that the charge itself is wrong; any other 4xx may be another one later. */
const refusals = new Set([400, 402, 422]);
/** Enough for every request that one replica's pool of database connections can have open. */
const connections = 32;

export function createGateway(gatewayUrl: string, timeoutMs: number, metrics: Metrics): Gateway {
  const { origin, pathname } = new URL(gatewayUrl);
  const pool = new Pool(origin, {
    connections,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    connect: { timeout: timeoutMs },
  });
  const base = pathname.replace(/\/$/, '');

  /** The answer's body; null when the gateway says that the request itself is wrong. */
  async function post(path: string, key: string, body: object): Promise<unknown> {
    const answer = await pool.request({
      path: base + path,
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify(body),
    });
    const told: unknown = await answer.body.json();
    if (refusals.has(answer.statusCode)) return null;
    if (answer.statusCode >= 300) throw new Error(`the gateway answered ${answer.statusCode}`);
    return told;
  }

  async function callCharge(request: ChargeRequest): Promise<ChargeResult> {
    const told = await post('/v1/charges', request.key, {
      reference: request.orderId,
      amountMinor: request.amount.minor,
      currency: request.amount.currency,
      token: request.cardToken,
    });
    return told === null ? { status: 'refused' } : toCharge(told);
  }

  async function callRefund(request: RefundRequest): Promise<RefundResult> {
    const told = await post('/v1/refunds', request.key, {
      chargeId: request.chargeId,
      amountMinor: request.amount.minor,
      currency: request.amount.currency,
    });
    return told === null ? { status: 'refused' } : toRefund(told);
  }

  async function timed<T extends { status: string }>(call: () => Promise<T>): Promise<T> {
    const end = metrics.gatewayCalls.startTimer();
    try {
      const result = await call();
      end({ outcome: result.status });
      return result;
    } catch (error) {
      end({ outcome: 'error' });
      throw error;
    }
  }

  async function persist<T extends { status: string }>(call: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await timed(call);
      } catch (error) {
        if (attempt >= maxTries) throw new GatewayUnavailableError(attempt, error);
        await sleep(firstPauseMs * 2 ** attempt * (0.5 + Math.random()));
      }
    }
  }

  return {
    // Connecting, the head of an answer and its body may each take the whole timeout.
    longestMs: maxTries * (3 * timeoutMs + longestPauseMs),
    available: () => true,
    charge: (request) => persist(() => callCharge(request)),
    refund: (request) => persist(() => callRefund(request)),
    close: () => pool.close(),
  };
}

function toCharge(body: unknown): ChargeResult {
  if (typeof body === 'object' && body !== null && 'id' in body && 'status' in body) {
    const { id, status } = body;
    if (typeof id === 'string' && (status === 'captured' || status === 'declined')) {
      return { status, chargeId: id };
    }
  }
  throw new Error('the gateway answered something that is no charge');
}

function toRefund(body: unknown): RefundResult {
  if (typeof body === 'object' && body !== null && 'id' in body && 'status' in body) {
    const { id, status } = body;
    if (typeof id === 'string' && status === 'succeeded') return { status, refundId: id };
  }
  throw new Error('the gateway answered something that is no refund');
}
