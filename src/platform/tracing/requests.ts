import { type Context, ROOT_CONTEXT, type Span, type Tracer, trace } from '@opentelemetry/api';
import type { W3CTraceContextPropagator } from '@opentelemetry/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { routeOf } from '../http/request-metrics.ts';
import type { DescribeRequest } from '../tracing.ts';
import { currentRequest, endFailed, SpanKind } from './spans.ts';

declare module 'fastify' {
  interface FastifyRequest {
    spanContext: Context | null;
  }
}

const headerGetter = {
  get: (headers: FastifyRequest['headers'], name: string) => headers[name],
  keys: (headers: FastifyRequest['headers']) => Object.keys(headers),
};

/** Names of attributes: https://opentelemetry.io/docs/specs/semconv/http/http-spans/ */
export function followRequests(
  app: FastifyInstance,
  tracer: Tracer,
  propagator: W3CTraceContextPropagator,
  describe: DescribeRequest,
): void {
  app.decorateRequest('spanContext', null);
  app.addHook('onRequest', (request, reply, done) => {
    if (request.routeOptions.config.quiet) return done();
    const { route, method } = routeOf(request);
    const parent = propagator.extract(ROOT_CONTEXT, request.headers, headerGetter);
    const attributes = {
      'http.request.method': method === 'other' ? '_OTHER' : method,
      'http.route': route,
      'scaleretail.request_id': request.id,
    };
    const name = `${method} ${route}`;
    const span = tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, parent);
    request.traceId = span.spanContext().traceId;
    request.spanContext = trace.setSpan(parent, span);
    // `close` comes for an answer whose client has left, too.
    reply.raw.once('close', () => endRequest(span, reply, describe(request)));
    currentRequest.run(request.spanContext, done);
  });
  // A body arrives in the context of the connection, which other requests have used before.
  app.addHook('preValidation', (request, _reply, done) => {
    if (request.spanContext === null) done();
    else currentRequest.run(request.spanContext, done);
  });
}

function endRequest(span: Span, reply: FastifyReply, facts: Readonly<Record<string, string>>) {
  const { statusCode } = reply;
  span.setAttributes({ 'http.response.status_code': statusCode, ...facts });
  if (!reply.raw.writableFinished) endFailed(span, 'aborted');
  else if (statusCode >= 500) endFailed(span, String(statusCode));
  else span.end();
}
