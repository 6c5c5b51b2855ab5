import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Gauge, Histogram, Registry } from 'prom-client';
import type { Figures, Observer } from '../schema-change/backfill/figures.ts';

/** Serves the figures of a run to Prometheus for as long as it lasts. */
export interface MetricsServer {
  readonly url: string;
  readonly observer: Pick<Observer, 'batch' | 'figures'> & Observer;
  close(): Promise<void>;
}

/** Edges in seconds around the targets that a batch may have. */
const batchBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  const gauge = <Label extends string>(name: string, help: string, labelNames: Label[] = []) =>
    new Gauge({ name: `schema_backfill_${name}`, help, labelNames, registers });
  return {
    registry,
    batches: new Histogram({
      name: 'schema_backfill_batch_duration_seconds',
      help: 'Time that a committed batch took.',
      labelNames: ['table'] as const,
      buckets: batchBuckets,
      registers,
    }),
    rowsDone: gauge('rows_done', 'Rows that were walked over, by runs before this one too.', [
      'table',
    ]),
    rowsTotal: gauge('rows_total', 'Rows that were there at the start; estimated when many.', [
      'table',
    ]),
    rowsChanged: gauge('rows_changed', 'Rows that were written.', ['table']),
    rowsPerSecond: gauge('rows_per_second', 'Rows per second over the last ten seconds.'),
    batchSize: gauge('batch_rows', 'Rows that the last batch was allowed.'),
    undone: gauge('undone_batches', 'Batches that were undone: no lock, or too slow.'),
    paused: gauge('paused', '1 while an operator has paused it.'),
    held: gauge('held', '1 while the signal is beyond its threshold and holds it.', ['signal']),
    signal: gauge('signal', "The signal's last value, in its own unit.", ['signal', 'unit']),
  };
}

function record(metrics: ReturnType<typeof createMetrics>, figures: Figures): void {
  for (const { table, rowsDone, rowsTotal, rowsChanged } of figures.tables) {
    metrics.rowsDone.set({ table }, rowsDone);
    metrics.rowsTotal.set({ table }, rowsTotal);
    metrics.rowsChanged.set({ table }, rowsChanged);
  }
  metrics.rowsPerSecond.set(figures.rowsPerSecond);
  metrics.batchSize.set(figures.batchSize);
  metrics.undone.set(figures.undone);
  metrics.paused.set(figures.state === 'paused' ? 1 : 0);
  for (const { name, unit, value, bad } of figures.signals) {
    metrics.held.set({ signal: name }, bad ? 1 : 0);
    if (value !== null) metrics.signal.set({ signal: name, unit }, value);
  }
}

/** @param port 0 is any free one. Listens on 0.0.0.0, as Prometheus is elsewhere. */
export async function serveBackfillMetrics(port: number): Promise<MetricsServer> {
  const metrics = createMetrics();
  const server = createServer(async (request, response) => {
    if (request.url !== '/metrics') return response.writeHead(404).end();
    const text = await metrics.registry.metrics();
    return response.writeHead(200, { 'content-type': metrics.registry.contentType }).end(text);
  });
  server.listen(port);
  await once(server, 'listening');
  const { port: chosen } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${chosen}/metrics`,
    observer: {
      say() {},
      batch({ table, seconds }, figures) {
        metrics.batches.observe({ table }, seconds);
        record(metrics, figures());
      },
      figures: (figures) => record(metrics, figures),
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
