import { describe, expect, it } from 'vitest';
import { differences, incomplete, untested } from './checks/alerts.ts';
import { type Alert, alerts, expectations, page } from './checks/files.ts';

const row = '| `Fire` | page |';
const table = (...rows: string[]) => ['## What to alert on', ...rows, '## Logs', row].join('\n');
const fire: Alert = {
  alert: 'Fire',
  expr: 'up == 0',
  labels: { severity: 'page' },
  annotations: { summary: 'It burns', runbook_url: 'docs/operations.md#a-runbook-its-name' },
};
const runbooks = '## Runbooks\n\n### A runbook: it’s name\n';

describe('every alert', () => {
  it('has a severity, a summary and a runbook that is there', () => {
    expect(incomplete(alerts, page)).toEqual([]);
    expect(incomplete([fire], runbooks)).toEqual([]);
  });

  it.each<[string, Partial<Alert>, string]>([
    ['severity', { labels: { severity: 'urgent' } }, 'Fire has no severity'],
    ['summary', { annotations: { ...fire.annotations, summary: '' } }, 'Fire has no summary'],
    [
      'anchor',
      { annotations: { ...fire.annotations, runbook_url: 'docs/operations.md#gone' } },
      'Fire has no runbook: docs/operations.md#gone',
    ],
    [
      'page',
      { annotations: { ...fire.annotations, runbook_url: 'docs/lab.md#a-runbook-its-name' } },
      'Fire has no runbook: docs/lab.md#a-runbook-its-name',
    ],
  ])('the check can fail: a wrong %s', (_, planted, problem) => {
    expect(incomplete([{ ...fire, ...planted }], runbooks)).toEqual([problem]);
  });

  it('is a row of docs/operations.md, and every row is a rule', () => {
    expect(differences(alerts, page)).toEqual([]);
    expect(differences([fire], table(row))).toEqual([]);
  });

  it('the check can fail: a row too few, one too many, another severity', () => {
    expect(differences([fire], table())).toEqual(['no row: Fire (page)']);
    expect(differences([], table(row))).toEqual(['no rule: Fire (page)']);
    expect(differences([fire], table('| `Fire` | ticket |'))).toEqual([
      'no row: Fire (page)',
      'no rule: Fire (ticket)',
    ]);
  });

  it('has a case in which it fires and one in which it is silent', () => {
    expect(untested(alerts, expectations)).toEqual([]);
  });

  it('the check can fail: a case that is missing, or is of no alert', () => {
    const fires = { alertname: 'Fire', exp_alerts: [{}] };
    const silent = { alertname: 'Fire', exp_alerts: [] };
    expect(untested([fire], [fires, silent])).toEqual([]);
    expect(untested([fire], [silent])).toEqual(['Fire never fires']);
    expect(untested([fire], [fires])).toEqual(['Fire is never silent']);
    expect(untested([fire], [fires, silent, { alertname: 'Fier' }])).toEqual(['no alert Fier']);
  });

  it('has a name of its own', () => {
    expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
  });
});
