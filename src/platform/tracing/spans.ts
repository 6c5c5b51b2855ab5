import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type Attributes,
  type Context,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';

/** The context of the request that code runs for. What runs for none makes no spans. */
export const currentRequest = new AsyncLocalStorage<Context>();

export { SpanKind };

/** A span below the given context; null where there is no request. */
export function childSpan(
  tracer: Tracer,
  name: string,
  kind: SpanKind,
  attributes: Attributes,
  parent: Context | undefined = currentRequest.getStore(),
): { readonly span: Span; readonly context: Context } | null {
  if (parent === undefined) return null;
  const span = tracer.startSpan(name, { kind, attributes }, parent);
  return { span, context: trace.setSpan(parent, span) };
}

/** Ends a span as failed. The message stays here: it may quote a value. */
export function endFailed(span: Span, type: string): void {
  span.setAttribute('error.type', type).setStatus({ code: SpanStatusCode.ERROR }).end();
}
