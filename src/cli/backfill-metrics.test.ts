import { readFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { signals } from '../schema-change/backfill/signals/signals.ts';
import { serveBackfillMetrics } from './backfill-metrics.ts';

const page = readFileSync(new URL('../../docs/backfill.md', import.meta.url), 'utf8');

describe('docs/backfill.md', () => {
  it('lists every metric that a run serves, with its labels and type', async () => {
    const server = await serveBackfillMetrics(0);
    onTestFinished(() => server.close());
    const text = await (await fetch(server.url)).text();
    const served = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => [
      name,
      type,
    ]);
    const listed = [...page.matchAll(/^\| `(schema_backfill_\w+)(?:\{.*\})?` \| (\w+) \|/gm)];
    expect(listed.map(([, name, type]) => [name, type]).sort()).toEqual(served.sort());
  });

  it('lists every signal with its threshold and its option', () => {
    const rows = [
      ...page.matchAll(/^\| `([a-z0-9-]+)` \| .* \| ([\d.]+ \S+) \| `(--max-\S+)` \|$/gm),
    ];
    expect(rows.map(([, ...cells]) => cells)).toEqual(
      signals.map(({ name, threshold, unit }) => [name, `${threshold} ${unit}`, `--max-${name}`]),
    );
  });
});
