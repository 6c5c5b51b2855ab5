import { Pool } from 'undici';
import { NoAnswerError, type Operation, type RawAnswer, readAnswer } from './gateway-answers.ts';

/** The connections to the gateway. */
export interface GatewayHttp {
  /**
   * Sends a request once, and reads its answer.
   *
   * @throws {NoAnswerError} when there is none that can be relied on.
   */
  ask<Result>(operation: Operation<Result>): Promise<Result>;
  /** Lets what is in flight end, then closes. */
  close(): Promise<void>;
}

/** An answer has a few hundred bytes; one that does not end takes nobody's memory. */
const longestAnswerBytes = 64 * 1024;

/**
 * @param timeoutMs for one whole try: waiting for a free connection, connecting, the head of the
 *   answer and its body together. Limits for head and body alone, as undici has them, would add up,
 *   and the one for the body starts anew with each piece of it.
 * @param connections at most; who finds them all busy waits, and that counts as part of the try.
 */
export function createGatewayHttp(
  gatewayUrl: string,
  timeoutMs: number,
  connections: number,
): GatewayHttp {
  const { origin, pathname } = new URL(gatewayUrl);
  const base = pathname.replace(/\/$/, '');
  const open = () =>
    new Pool(origin, {
      connections,
      // Connecting goes on when the request that began it has been given up.
      connect: { timeout: timeoutMs },
      headersTimeout: 0,
      bodyTimeout: 0,
      maxResponseSize: longestAnswerBytes,
    });
  let pool = open();
  const closing = new Set<Promise<void>>();

  /** Which of its connections is out of step a pool does not tell, so all of them are replaced. */
  function replace(used: Pool): void {
    if (pool !== used) return;
    pool = open();
    const closed = used.close().finally(() => closing.delete(closed));
    closing.add(closed);
  }

  async function exchange(used: Pool, sent: Operation<unknown>, signal: AbortSignal) {
    const { key, requestId } = sent;
    const answer = await used.request({
      path: base + sent.path,
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'idempotency-key': key,
        ...(requestId !== undefined && { 'x-request-id': requestId }),
      },
      body: JSON.stringify(sent.body),
      signal,
    });
    return { status: answer.statusCode, body: await answer.body.text() };
  }

  return {
    async ask(operation) {
      const used = pool;
      const answer = await within(timeoutMs, (signal) => exchange(used, operation, signal));
      try {
        return readAnswer(operation, answer);
      } catch (error) {
        if (error instanceof NoAnswerError && error.kind === 'foreign') replace(used);
        throw error;
      }
    },
    async close() {
      await Promise.all([pool.close(), ...closing]);
    },
  };
}

/**
 * Gives up after `ms`, whatever `exchange` is doing: undici looks at the signal of a request that
 * waits for a connection only when it gets one. Such a request is then not sent any more.
 */
async function within(
  ms: number,
  exchange: (signal: AbortSignal) => Promise<RawAnswer>,
): Promise<RawAnswer> {
  const controller = new AbortController();
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    late.reject(new NoAnswerError('timeout', `the gateway took longer than ${ms} ms`, true));
    controller.abort();
  }, ms);
  const answered = exchange(controller.signal).catch((error: unknown) => {
    throw new NoAnswerError('unreachable', 'the connection to the gateway failed', true, error);
  });
  try {
    return await Promise.race([answered, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
