import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import type { Metrics } from '../platform/metrics.ts';
import type { Money } from '../platform/money.ts';

/** What the gateway is asked to do. `key` makes the same call twice the same charge. */
export interface ChargeRequest {
  readonly key: string;
  readonly orderId: string;
  readonly amount: Money;
  readonly cardToken: string;
}

export type ChargeResult =
  | { readonly status: 'captured' | 'declined'; readonly chargeId: string }
  /** The gateway says that the request itself is wrong; it did nothing. */
  | { readonly status: 'refused' };

export interface Gateway {
  /** Longest that `charge` takes, all tries and pauses counted. */
  readonly longestMs: number;
  /** @throws {GatewayUnavailableError} when no try was answered; the charge may have happened. */
  charge(request: ChargeRequest): Promise<ChargeResult>;
  close(): Promise<void>;
}

export class GatewayUnavailableError extends Error {
  constructor(tries: number, cause: unknown) {
    super(`the gateway gave no answer in ${tries} tries`, { cause });
    this.name = 'GatewayUnavailableError';
  }
}

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
  const path = `${pathname.replace(/\/$/, '')}/v1/charges`;

  async function call(request: ChargeRequest): Promise<ChargeResult> {
    const answer = await pool.request({
      path,
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': request.key },
      body: JSON.stringify({
        reference: request.orderId,
        amountMinor: request.amount.minor,
        currency: request.amount.currency,
        token: request.cardToken,
      }),
    });
    const body: unknown = await answer.body.json();
    if (refusals.has(answer.statusCode)) return { status: 'refused' };
    if (answer.statusCode >= 300) throw new Error(`the gateway answered ${answer.statusCode}`);
    return toResult(body);
  }

  async function timed(request: ChargeRequest): Promise<ChargeResult> {
    const end = metrics.gatewayCalls.startTimer();
    try {
      const result = await call(request);
      end({ outcome: result.status });
      return result;
    } catch (error) {
      end({ outcome: 'error' });
      throw error;
    }
  }

  return {
    // Connecting, the head of an answer and its body may each take the whole timeout.
    longestMs: maxTries * (3 * timeoutMs + longestPauseMs),
    async charge(request) {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await timed(request);
        } catch (error) {
          if (attempt >= maxTries) throw new GatewayUnavailableError(attempt, error);
          await sleep(firstPauseMs * 2 ** attempt * (0.5 + Math.random()));
        }
      }
    },
    close: () => pool.close(),
  };
}

function toResult(body: unknown): ChargeResult {
  if (typeof body === 'object' && body !== null && 'id' in body && 'status' in body) {
    const { id, status } = body;
    if (typeof id === 'string' && (status === 'captured' || status === 'declined')) {
      return { status, chargeId: id };
    }
  }
  throw new Error('the gateway answered something that is no charge');
}
