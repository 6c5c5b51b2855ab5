import { maskUrl, optional, share, text, url } from '../platform/process/fields.ts';

/** Where traces go: names and meaning are those of OpenTelemetry. */
export const tracesFields = {
  traceEndpoint: {
    name: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    read: optional(url('http:', 'https:')),
    otherwise: '',
    means: 'OTLP/HTTP collector that gets the traces; without it there are none',
    mask: maskUrl,
  },
  traceServiceName: {
    name: 'OTEL_SERVICE_NAME',
    read: text,
    otherwise: 'scaleretail',
    means: 'name of the service in its traces',
  },
  traceShare: {
    name: 'OTEL_TRACES_SAMPLER_ARG',
    read: share,
    otherwise: '1',
    means: 'share of the traces that begin here and are kept, 0 to 1',
  },
} as const;
