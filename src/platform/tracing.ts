import type { FastifyInstance, FastifyRequest } from 'fastify';
import type pg from 'pg';

/** Facts about a request that only the layers above know, by the names of their attributes. */
export type DescribeRequest = (request: FastifyRequest) => Readonly<Record<string, string>>;

/** Spans of what a replica does, sent to a collector. Whatever becomes of them, requests go on. */
export interface Tracing {
  /** One span a request, which goes on the caller's trace. Before all other hooks. */
  registerRequests(app: FastifyInstance, describe: DescribeRequest): void;
  /** One span a statement, and one around each transaction, on a connection that is new. */
  followConnection(client: pg.PoolClient): void;
  /** Sends what is left, for as long as `closeMs` at the most. */
  close(): Promise<void>;
}

export interface TracingOptions {
  /** Base address of an OTLP/HTTP collector; `/v1/traces` is added. */
  readonly endpoint: string;
  readonly serviceName: string;
  readonly release: string;
  readonly instanceId: string;
  /** Share of the traces that begin here and are kept, 0 to 1. */
  readonly share: number;
  readonly onError: (error: Error) => void;
}

/** OpenTelemetry is loaded here, and only when there is somebody to send spans to. */
export async function openTracing(options: TracingOptions): Promise<Tracing> {
  const { createTracing } = await import('./tracing/opentelemetry.ts');
  return createTracing(options);
}
