import { setTimeout as sleep } from 'node:timers/promises';
import { setGlobalErrorHandler, W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Tracing, TracingOptions } from '../tracing.ts';
import { followOutgoing } from './outgoing.ts';
import { followQueries } from './queries.ts';
import { followRequests } from './requests.ts';

/** A collector that takes longer is as good as gone; the batch is dropped. */
const exportMs = 3_000;
/** Spans wait this long for others, and at the end this long for the collector. */
const batchMs = 1_000;
const closeMs = 2_000;
/** Spans beyond this are dropped: the memory of a replica must not depend on its collector. */
const mostWaiting = 8_192;

export function createTracing(options: TracingOptions): Tracing {
  const url = `${options.endpoint.replace(/\/$/, '')}/v1/traces`;
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      'service.name': options.serviceName,
      'service.version': options.release,
      'service.instance.id': options.instanceId,
    }),
    // Who calls has decided for what goes on here: half a trace is of no use.
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(options.share) }),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: new OTLPTraceExporter({ url, timeoutMillis: exportMs }),
        exportTimeoutMillis: exportMs,
        scheduledDelayMillis: batchMs,
        maxQueueSize: mostWaiting,
      }),
    ],
  });
  setGlobalErrorHandler((error) =>
    options.onError(error instanceof Error ? error : new Error(String(error))),
  );
  const tracer = provider.getTracer('scaleretail', options.release);
  const propagator = new W3CTraceContextPropagator();
  const stopOutgoing = followOutgoing(tracer, propagator);
  return {
    registerRequests: (app, describe) => followRequests(app, tracer, propagator, describe),
    followConnection: (client) => followQueries(tracer, client),
    async close() {
      stopOutgoing();
      await Promise.race([
        provider.shutdown().catch(options.onError),
        sleep(closeMs, undefined, { ref: false }),
      ]);
    },
  };
}
