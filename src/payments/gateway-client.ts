import { setTimeout as sleep } from 'node:timers/promises';
import type { Metrics } from '../platform/metrics.ts';
import { type Gateway, GatewayUnavailableError } from './gateway.ts';
import {
  chargeOperation,
  NoAnswerError,
  type Operation,
  refundOperation,
} from './gateway-answers.ts';
import { BreakerOpenError, type BreakerOptions, createBreaker } from './gateway-breaker.ts';
import { createGatewayHttp } from './gateway-http.ts';

const maxTries = 3;

/** What need not be told from outside; tests make the waits short. */
export interface GatewayTuning extends BreakerOptions {
  /** Longest pause before the second try; the one before the third is up to twice as long. */
  readonly firstPauseMs: number;
  /** Calls at the same time; with answers after 20 ms, 1,600 a second. */
  readonly connections: number;
}

const defaults: GatewayTuning = {
  firstPauseMs: 100,
  connections: 32,
  // One try a second and replica is no load for a gateway that is coming back.
  resetMs: 1_000,
  // More than three calls whose every try fails: a single customer's card is not an outage.
  minTries: 10,
};

/** @param timeoutMs longest wait for one answer; a call makes up to three tries. */
export function createGateway(
  gatewayUrl: string,
  timeoutMs: number,
  metrics: Metrics,
  tuning: Partial<GatewayTuning> = {},
): Gateway {
  const { firstPauseMs, connections, ...forBreaker } = { ...defaults, ...tuning };
  const http = createGatewayHttp(gatewayUrl, timeoutMs, connections);
  const breaker = createBreaker(metrics, forBreaker);

  async function attempt<T extends { status: string }>(operation: Operation<T>): Promise<T> {
    const end = metrics.gatewayCalls.startTimer({ operation: operation.name });
    try {
      const result = await http.ask(operation);
      end({ outcome: result.status });
      return result;
    } catch (error) {
      end({ outcome: error instanceof NoAnswerError ? error.kind : 'error' });
      throw error;
    }
  }

  async function call<T extends { status: string }>(operation: Operation<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await breaker.run(() => attempt(operation));
      } catch (error) {
        if (error instanceof BreakerOpenError) throw new GatewayUnavailableError(tries - 1, error);
        if (!(error instanceof NoAnswerError)) throw error;
        if (tries === maxTries || !error.again) throw new GatewayUnavailableError(tries, error);
      }
      metrics.gatewayRetries.inc({ operation: operation.name });
      await sleep(Math.random() * longestPauseMs(tries, firstPauseMs));
    }
  }

  return {
    longestMs: maxTries * timeoutMs + longestPausesMs(firstPauseMs),
    available: breaker.available,
    charge: (request) => call(chargeOperation(request)),
    refund: (request) => call(refundOperation(request)),
    async close() {
      breaker.close();
      await http.close();
    },
  };
}

/**
 * "Full jitter": any pause from none to twice the longest of the one before, so that callers that
 * failed together do not come back together. Needs no cap, with two pauses.
 * Source: M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
 */
const longestPauseMs = (tries: number, firstPauseMs: number): number =>
  firstPauseMs * 2 ** (tries - 1);

/** All pauses of one call. */
const longestPausesMs = (firstPauseMs: number): number => firstPauseMs * (2 ** (maxTries - 1) - 1);
