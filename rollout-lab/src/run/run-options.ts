import type { Candidate } from '../candidates/candidate.ts';
import type { Change } from '../changes/change.ts';
import type { Feed } from '../feed/feed.ts';
import type { Thresholds } from '../judge/types.ts';
import type { CreateWorld } from '../world/world.ts';
import type { Companion } from './companion.ts';
import type { Strategy, WayBack } from './context.ts';
import type { Control } from './control.ts';
import type { Plant } from './plant.ts';
import type { Profile } from './profile.ts';
import type { RunResult } from './result.ts';
import type { Display } from './story.ts';

/** Everything that a run is told. */
export interface RunOptions {
  readonly strategy: Strategy;
  readonly candidate: Candidate;
  readonly change: Change;
  readonly profile: Profile;
  readonly thresholds: Thresholds;
  readonly rate: number;
  readonly seedOrders: number;
  readonly customers: number;
  readonly replicas: number;
  readonly createWorld: CreateWorld;
  readonly seed: string;
  readonly port: number;
  readonly plant: Plant | null;
  readonly goBackBy: WayBack;
  /** Of an outage, in whatever unit the cost of the failures is wanted in. */
  readonly costPerHour: number;
  readonly display: Display;
  readonly feed: Feed;
  readonly control: Control;
  readonly signal: AbortSignal;
  /** A load beside the lab's own. */
  readonly companion?: Companion;
  /** Gets what there is so far: from the start on every few seconds, and when the run is ended. */
  readonly onPart?: (part: RunResult) => void;
}
