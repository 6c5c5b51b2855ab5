import type { FastifyHttpOptions, RawServerDefault } from 'fastify';

/**
 * What a connection may take before it is ended. Without these a client that sends a byte now and
 * then holds a connection and its memory for as long as it likes.
 */
export const serverLimits = {
  /** Far above the largest order, far below what would hurt. */
  bodyLimit: 64 * 1024,
  /** Time for a whole request: the largest body over a line of 52 kbit/s. Later ones get 408. */
  requestTimeout: 10_000,
  /**
   * Ends a connection on which nothing has moved for so long, above all one whose peer is gone while
   * it is owed an answer. Longer than the slowest answer (a payment that waits for the gateway: 31 s
   * with the defaults) and than `keepAliveTimeout`, which is about connections that owe nothing.
   */
  connectionTimeout: 120_000,
  /** Longer than the idle timeout of the usual proxies (nginx: 75 s), so that they close first. */
  keepAliveTimeout: 80_000,
  http: {
    /** Four times the longest token. The request line counts too, so it bounds the URL as well. */
    maxHeaderSize: 16 * 1024,
    /** Time for the head of a request, also of the first one on a connection that says nothing. */
    headersTimeout: 5_000,
    /** How often the two limits above are looked at; Node's 30 s would make them 35 s and 40 s. */
    connectionsCheckingInterval: 1_000,
  },
  routerOptions: {
    /** Longer than a UUID and than the longest SKU with a few characters escaped. */
    maxParamLength: 100,
  },
} as const satisfies FastifyHttpOptions<RawServerDefault>;

/**
 * Sockets that one replica keeps; further ones are closed as they come. Each takes some 20 KB and a
 * file descriptor. Proxies hold some hundreds; who holds ten thousand holds them to do harm.
 */
export const mostSockets = 10_000;
