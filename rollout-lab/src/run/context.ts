import type { Change } from '../changes/change.ts';
import type { Thresholds, Verdict } from '../judge/types.ts';
import type { Customer } from '../load/types.ts';
import type { Recorder } from '../metrics/recorder.ts';
import type { Router } from '../router/types.ts';
import type { Flags } from '../world/flags.ts';
import type { Fleet } from '../world/fleet.ts';
import type { RunSchema } from '../world/schema-commands.ts';
import type { Control } from './control.ts';
import type { Profile } from './profile.ts';
import type { Story } from './story.ts';

/** What a canary turns back first: `weight` shows what the flags are worth. */
export const waysBack = ['flag', 'weight'] as const;
export type WayBack = (typeof waysBack)[number];

/** What strategies and steps work with. */
export interface RunContext {
  readonly change: Change;
  readonly profile: Profile;
  readonly thresholds: Thresholds;
  /** Replicas before, between and after rollouts. */
  readonly replicas: number;
  readonly goBackBy: WayBack;
  readonly fleet: Fleet;
  readonly router: Router;
  readonly flags: Flags;
  readonly schema: RunSchema;
  /** Runs SQL as the owner of the schema, past everything that would refuse it. */
  readonly forceSql: (sql: string) => Promise<void>;
  readonly recorder: Recorder;
  readonly story: Story;
  readonly control: Control;
  /** A customer that the load does not play. */
  readonly guest: Customer;
  readonly skus: readonly string[];
  readonly signal: AbortSignal;
  /** Shadow mismatches counted by all live replicas so far. */
  readonly mismatches: () => Promise<number>;
  /** Told that a flag was switched on or off, at the moment `since` (epoch ms). */
  readonly onSwitch: (flag: { name: string; enabled: boolean; since: number }) => void;
  /** Told of the judge's last word on each step. */
  readonly onVerdict: (verdict: Verdict) => void;
}

/** One release after another: from what runs now to what shall run. */
export interface Roll {
  readonly from: string;
  readonly to: string;
  /** FAULTS of the new replicas, and of the old ones. */
  readonly faults: string;
  readonly fromFaults: string;
  /** Flags of the behaviour that the new release brings. */
  readonly flags: readonly string[];
}

export interface Strategy {
  readonly name: string;
  readonly what: string;
  /** What is turned back when a rollout fails, in words. */
  readonly goesBackBy: string;
  /** Percent of the customers whose reads move to the new columns, step by step. */
  readonly readShares: (profile: Profile) => readonly number[];
  /** Leaves all traffic on `to` and no replica of `from`, or the other way round. */
  roll(context: RunContext, roll: Roll): Promise<'released' | 'rolled-back'>;
}
