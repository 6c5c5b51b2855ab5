import { describe, expect, it } from 'vitest';
import type { FeedEvent } from '../feed/events.ts';
import { fakeResult } from './fake-result.ts';
import { htmlReport } from './html/report.ts';
import { markdownReport } from './markdown.ts';
import { figureRows } from './table.ts';

const timeline: FeedEvent[] = [
  { type: 'replica', at: 1_000, id: 'r1', release: '1.0', state: 'starting' },
  { type: 'step', at: 2_000, title: 'baseline', number: 1, of: 1 },
  { type: 'weights', at: 3_000, weights: { '1.0': 100 } },
  { type: 'flag', at: 4_000, name: 'release.<new>', enabled: true, rollout: 100 },
  {
    type: 'verdict',
    at: 5_000,
    final: true,
    verdict: { step: '1 %', at: '', verdict: 'fail', checks: [] },
  },
];

const failed = fakeResult({
  timeline,
  failedRequests: 3,
  reachPercent: 4,
  latency: {
    before: [
      [0, 1],
      [99, 5],
      [100, 6],
    ],
    during: [
      [0, 1],
      [99, 9],
      [100, 12],
    ],
    after: null,
  },
  failures: [
    {
      at: 0,
      latencyMs: 1,
      kind: 'pay-order',
      customer: 1,
      status: 500,
      release: '2.0',
      replica: 'r5',
      ok: false,
      wrong: false,
      variant: false,
      error: '<img src="https://example.org/x">',
    },
  ],
});

describe('the reports of a run', () => {
  it('show the same figures, and the command', () => {
    const [page, text] = [htmlReport(failed), markdownReport(failed)];
    for (const [name] of figureRows(failed)) {
      expect(page).toContain(`<th scope="row">${name}</th>`);
      expect(text).toContain(`| ${name} |`);
    }
    for (const report of [page, text]) {
      expect(report).toContain('npm run lab -- run --strategy canary');
      expect(report).toContain('3,750 $');
    }
  });

  it('refer to nothing outside, and run nothing', () => {
    const page = htmlReport(failed);
    expect(page).not.toMatch(
      /<(script|link|img|iframe|object)\b|<[^>]*\b(src|href)=|@import|url\(/i,
    );
    expect(page).toContain('&lt;img src=&quot;https://example.org/x&quot;&gt;');
  });

  it('draw a run with all that it can have, without a place that is not a number', () => {
    const page = htmlReport(failed);
    expect(page.match(/<svg viewBox="0 0 900/g)).toHaveLength(4);
    expect(page).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('are made of a run of which nothing was measured', () => {
    const part = fakeResult({ complete: false, green: false, ledger: null, reasons: ['ended'] });
    expect(htmlReport(part)).toContain('<b>Partial</b>: ended.');
    expect(markdownReport(part)).toContain('**Partial**: ended.');
    expect(htmlReport(part)).not.toMatch(/NaN|Infinity|undefined/);
  });
});
