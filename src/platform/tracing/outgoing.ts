import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Span, Tracer } from '@opentelemetry/api';
import type { W3CTraceContextPropagator } from '@opentelemetry/core';
import { childSpan, endFailed, SpanKind } from './spans.ts';

/** What undici tells of a request: https://undici.nodejs.org/#/docs/api/DiagnosticsChannel */
interface Outgoing {
  readonly origin: string | URL;
  readonly method: string;
  readonly path: string;
  addHeader(name: string, value: string): void;
}

interface Told {
  readonly request: Outgoing;
  readonly response?: { readonly statusCode: number };
  readonly error?: Error;
}

const headerSetter = {
  set: (request: Outgoing, name: string, value: string) => request.addHeader(name, value),
};

/**
 * A span for each request that is sent to another service on behalf of one here: each try of the
 * payment gateway is one. The trace goes on there.
 *
 * @returns a function that ends it.
 */
export function followOutgoing(tracer: Tracer, propagator: W3CTraceContextPropagator): () => void {
  const spans = new WeakMap<Outgoing, Span>();
  const end = (request: Outgoing, how: (span: Span) => void) => {
    const span = spans.get(request);
    spans.delete(request);
    if (span !== undefined) how(span);
  };
  const listeners: Readonly<Record<string, (told: Told) => void>> = {
    'undici:request:create': ({ request }) => {
      const { hostname, port } = new URL(request.origin);
      const own = childSpan(tracer, `${request.method} ${request.path}`, SpanKind.CLIENT, {
        'http.request.method': request.method,
        'server.address': hostname,
        'server.port': Number(port),
      });
      if (own === null) return;
      spans.set(request, own.span);
      propagator.inject(own.context, request, headerSetter);
    },
    'undici:request:headers': ({ request, response }) =>
      spans.get(request)?.setAttribute('http.response.status_code', response?.statusCode ?? 0),
    'undici:request:trailers': ({ request }) => end(request, (span) => span.end()),
    'undici:request:error': ({ request, error }) =>
      end(request, (span) => endFailed(span, error?.name ?? 'error')),
  };
  const subscribed = Object.entries(listeners).map(([channel, listener]) => {
    const heard = (message: unknown) => listener(message as Told);
    subscribe(channel, heard);
    return () => unsubscribe(channel, heard);
  });
  return () => {
    for (const stop of subscribed) stop();
  };
}
