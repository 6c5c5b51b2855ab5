import { describe, expect, it } from 'vitest';
import { changes } from '../src/changes/changes.ts';
import { inChange, releases, schemaStates } from '../src/releases.ts';
import { alerts } from './checks/files.ts';

const line = (change: string, state: string, runs: readonly string[]) =>
  `${runs.join('|')} on ${state} of ${change}`;

/** What the table of releases says. */
const allowed = changes.flatMap(({ name }) =>
  schemaStates.map((state) => {
    const runs = [...releases.values()].filter((r) => inChange(r, name).runsOn.includes(state));
    return line(
      name,
      state,
      runs.map((release) => release.name),
    );
  }),
);

/** What an expression of the alert says. */
function told(expr: string): string[] {
  const each =
    /replica_ready\{release!~"([^"]*)"\} and on \(\) max\(schema_state\{change="([^"]*)",state="([^"]*)"\}\) == 1/g;
  return [...expr.matchAll(each)].map(([, runs = '', change = '', state = '']) =>
    line(change, state, runs.split('|')),
  );
}

describe('the alert WrongRelease', () => {
  const expr = alerts.find(({ alert }) => alert === 'WrongRelease')?.expr ?? '';

  it('knows on which states each release runs', () => {
    expect(told(expr)).toEqual(allowed);
    expect(expr.split('replica_ready')).toHaveLength(allowed.length + 1);
  });

  it('the check can fail: a release too many', () => {
    expect(told(expr.replace('"2.0|3.0"', '"2.0|3.0|4.0"'))).not.toEqual(allowed);
  });
});
