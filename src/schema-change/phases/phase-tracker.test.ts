import { describe, expect, it } from 'vitest';
import { changes } from '../../changes/changes.ts';
import type { Flags } from '../../platform/flags/flags.ts';
import { createMetrics } from '../../platform/metrics.ts';
import { type ReleaseName, releaseOf, type SchemaState } from '../../releases.ts';
import type { Schema } from '../schema-state.ts';
import { PhaseTracker } from './phase-tracker.ts';

function schemaIn(state: SchemaState): Schema {
  return { states: new Map([['minor-units', state]]), goingBack: new Map(), oldestRelease: '1.0' };
}

function trackerOf(release: ReleaseName, schema: SchemaState) {
  const asked: string[] = [];
  const flags: Flags = {
    notReady: () => null,
    isEnabled: (name) => {
      asked.push(name);
      return true;
    },
    isOn: () => true,
    close: () => {},
  };
  const tracker = new PhaseTracker({
    changes,
    release: releaseOf(release),
    schema: schemaIn(schema),
    flags,
    metrics: createMetrics(release),
  });
  return { phaseName: () => tracker.enter('c').phases['minor-units'].name, tracker, asked };
}

describe('the phase of a request', () => {
  it('needs no flags where release and schema leave one phase', () => {
    const { phaseName, asked } = trackerOf('1.0', 'expanded');
    expect(phaseName()).toBe('old');
    expect(asked).toEqual([]);
  });

  it('goes by the flags where there are several', () => {
    const { phaseName, asked } = trackerOf('2.0', 'expanded');
    expect(phaseName()).toBe('dual-read-new');
    expect(asked.toSorted()).toEqual(['orders.dual-write', 'orders.read-new']);
  });

  it('follows the schema from when the heartbeat has learned of it', () => {
    const { phaseName, tracker, asked } = trackerOf('2.0', 'baseline');
    expect(phaseName()).toBe('old');
    expect(asked).toEqual([]);
    tracker.schemaIs(schemaIn('expanded'));
    expect(phaseName()).toBe('dual-read-new');
    tracker.schemaIs(schemaIn('relaxed'));
    expect(phaseName()).toBe('dual-read-new');
    expect(asked).toHaveLength(2);
  });

  it('is one object a combination, so that statements are built once', () => {
    const { tracker } = trackerOf('2.0', 'expanded');
    expect(tracker.enter('a').phases).toBe(tracker.enter('b').phases);
  });
});
