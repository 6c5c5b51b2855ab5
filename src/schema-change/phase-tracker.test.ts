import { describe, expect, it } from 'vitest';
import type { FlagName, Flags } from '../platform/flags/flags.ts';
import { createMetrics } from '../platform/metrics.ts';
import { type ReleaseName, releaseOf, type SchemaState } from '../releases.ts';
import { PhaseTracker } from './phase-tracker.ts';

function trackerOf(release: ReleaseName, schema: SchemaState) {
  const asked: FlagName[] = [];
  const flags: Flags = {
    notReady: () => null,
    isEnabled: (name) => {
      asked.push(name);
      return true;
    },
    isOn: () => true,
    close: () => {},
  };
  const tracker = new PhaseTracker(releaseOf(release), schema, flags, createMetrics(release));
  return { tracker, asked };
}

describe('the phase of a request', () => {
  it('needs no flags where release and schema leave one phase', () => {
    const { tracker, asked } = trackerOf('1.0', 'expanded');
    expect(tracker.enter('c').phase.name).toBe('old');
    expect(asked).toEqual([]);
  });

  it('goes by the flags where there are several', () => {
    const { tracker, asked } = trackerOf('2.0', 'expanded');
    expect(tracker.enter('c').phase.name).toBe('dual-read-new');
    expect(asked.toSorted()).toEqual(['orders.dual-write', 'orders.read-new']);
  });

  it('follows the schema from when the heartbeat has learned of it', () => {
    const { tracker, asked } = trackerOf('2.0', 'baseline');
    expect(tracker.enter('c').phase.name).toBe('old');
    expect(asked).toEqual([]);
    tracker.schemaIs('expanded');
    expect(tracker.enter('c').phase.name).toBe('dual-read-new');
    tracker.schemaIs('relaxed');
    expect(tracker.enter('c').phase.name).toBe('dual-read-new');
    expect(asked).toHaveLength(2);
  });
});
