import type { Context, Span, Tracer } from '@opentelemetry/api';
import type pg from 'pg';
import { sqlState } from '../postgres/postgres.ts';
import { childSpan, endFailed, SpanKind } from './spans.ts';

const system = { 'db.system.name': 'postgresql' };
const endsTransaction = new Set(['COMMIT', 'ROLLBACK']);

type Query = (config: string | pg.QueryConfig, values?: unknown[]) => Promise<pg.QueryResult>;

/**
 * A span for each statement that is sent on a connection, with its text and never a value, and one
 * around those from BEGIN to COMMIT or ROLLBACK.
 * Names of attributes: https://opentelemetry.io/docs/specs/semconv/database/postgresql/
 */
export function followQueries(tracer: Tracer, client: pg.PoolClient): void {
  const send: Query = client.query.bind(client);
  let transaction: { readonly span: Span; readonly context: Context } | null = null;

  const query: Query = (config, values) => {
    const text = typeof config === 'string' ? config : config.text;
    const operation = /^\s*(\w+)/.exec(text)?.[1]?.toUpperCase() ?? 'SQL';
    if (operation === 'BEGIN') {
      transaction = childSpan(tracer, 'transaction', SpanKind.INTERNAL, system);
    }
    const around = transaction;
    const attributes = { ...system, 'db.operation.name': operation, 'db.query.text': text.trim() };
    const own = childSpan(tracer, operation, SpanKind.CLIENT, attributes, around?.context);
    const answered = send(config, values);
    if (own === null) return answered;
    const last = around !== null && endsTransaction.has(operation);
    if (last) transaction = null;
    answered.then(
      ({ command }) => {
        own.span.end();
        // What a failed transaction answers to COMMIT is ROLLBACK.
        if (last) around.span.setAttribute('scaleretail.transaction.end', command).end();
      },
      (error: unknown) => {
        const type = sqlState(error) ?? 'connection';
        own.span.setAttribute('db.response.status_code', type);
        endFailed(own.span, type);
        if (last) endFailed(around.span, type);
      },
    );
    return answered;
  };
  Object.assign(client, { query });
}
