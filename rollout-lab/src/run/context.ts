import type { FlagServer } from '@scaleretail/embedded/flag-server';
import type { Change } from '../changes/change.ts';
import type { Thresholds, Verdict } from '../judge/types.ts';
import type { Customer } from '../load/types.ts';
import type { Recorder } from '../metrics/recorder.ts';
import type { Router } from '../router/types.ts';
import type { Fleet } from '../world/fleet.ts';
import type { RunSchema } from '../world/schema-commands.ts';
import type { Profile } from './profile.ts';
import type { Story } from './story.ts';

/** What strategies and steps work with. */
export interface RunContext {
  readonly change: Change;
  readonly profile: Profile;
  readonly thresholds: Thresholds;
  /** Replicas before, between and after rollouts. */
  readonly replicas: number;
  readonly fleet: Fleet;
  readonly router: Router;
  readonly flags: FlagServer;
  readonly schema: RunSchema;
  readonly recorder: Recorder;
  readonly story: Story;
  /** A customer that the load does not play. */
  readonly guest: Customer;
  readonly skus: readonly string[];
  readonly signal: AbortSignal;
  /** Shadow mismatches counted by all live replicas so far. */
  readonly mismatches: () => Promise<number>;
  /** When the judge gave its first `fail`, epoch ms. */
  readonly onVerdict: (verdict: Verdict) => void;
}

/** One release after another: from what runs now to what shall run. */
export interface Roll {
  readonly from: string;
  readonly to: string;
  readonly faults: string;
}

export interface Strategy {
  readonly name: string;
  readonly what: string;
  /** Leaves all traffic on `to` and no replica of `from`, or the other way round. */
  roll(context: RunContext, roll: Roll): Promise<'released' | 'rolled-back'>;
}
