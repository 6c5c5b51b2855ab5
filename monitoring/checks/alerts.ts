import type { Alert, Expectation } from './files.ts';

const severities = ['page', 'ticket'];
const runbookPattern = /^docs\/operations\.md#(.+)$/;

/** What whoever is woken by an alert would miss: how urgent it is, what it is, and what to do. */
export function incomplete(alerts: readonly Alert[], page: string): string[] {
  const anchors = anchorsOf(page);
  return alerts.flatMap(({ alert, labels = {}, annotations = {} }) => {
    const [, anchor] = runbookPattern.exec(annotations.runbook_url ?? '') ?? [];
    return [
      ...(severities.includes(labels.severity ?? '') ? [] : [`${alert} has no severity`]),
      ...(/\w/.test(annotations.summary ?? '') ? [] : [`${alert} has no summary`]),
      ...(anchors.has(anchor ?? '') ? [] : [`${alert} has no runbook: ${annotations.runbook_url}`]),
    ];
  });
}

/** As GitHub makes them of headings. */
function anchorsOf(page: string): Set<string> {
  const headings = [...page.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

/** Where the table of docs/operations.md and the rules do not say the same. */
export function differences(alerts: readonly Alert[], page: string): string[] {
  const [, table = ''] = page.split('## What to alert on');
  const rows = [...(table.split('\n## ')[0] ?? '').matchAll(/^\| `(\w+)` \| (\w+) \|/gm)];
  const told = rows.map(([, name, severity]) => `${name} (${severity})`);
  const ruled = alerts.map(({ alert, labels }) => `${alert} (${labels?.severity})`);
  return [
    ...ruled.filter((alert) => !told.includes(alert)).map((alert) => `no row: ${alert}`),
    ...told.filter((alert) => !ruled.includes(alert)).map((alert) => `no rule: ${alert}`),
  ];
}

/** Alerts without a case in which they fire or one in which they do not, and cases of no alert. */
export function untested(alerts: readonly Alert[], expectations: readonly Expectation[]): string[] {
  const cases = (fires: boolean) =>
    new Set(
      expectations
        .filter(({ exp_alerts = [] }) => exp_alerts.length > 0 === fires)
        .map(({ alertname }) => alertname),
    );
  const [firing, silent] = [cases(true), cases(false)];
  const names = alerts.map(({ alert }) => alert);
  return [
    ...names.filter((name) => !firing.has(name)).map((name) => `${name} never fires`),
    ...names.filter((name) => !silent.has(name)).map((name) => `${name} is never silent`),
    ...[...firing, ...silent].filter((name) => !names.includes(name)).map((n) => `no alert ${n}`),
  ];
}
