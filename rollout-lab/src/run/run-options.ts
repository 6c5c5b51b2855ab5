import type { Candidate } from '../candidates/index.ts';
import type { Change } from '../changes/change.ts';
import type { Thresholds } from '../judge/types.ts';
import type { Strategy } from './context.ts';
import type { Plant } from './plant.ts';
import type { Profile } from './profile.ts';
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
  readonly seed: string;
  readonly port: number;
  readonly plant: Plant | null;
  readonly display: Display;
  readonly signal: AbortSignal;
}
