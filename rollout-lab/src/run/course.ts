import type { FeedEvent } from '../feed/events.ts';
import type { Verdict } from '../judge/types.ts';
import type { LedgerReport } from '../ledger/finding.ts';
import type { Customer, LoadSummary } from '../load/types.ts';
import type { Journeys } from '../metrics/journeys.ts';
import { Recorder } from '../metrics/recorder.ts';
import { describeEnvironment } from './environment.ts';
import { Mix } from './mix.ts';
import type { Environment, LabCost } from './result.ts';
import type { RunOptions } from './run-options.ts';
import type { Outcome } from './steps.ts';

/** From the first action to the last, or to now; epoch ms. */
export interface RolloutSoFar {
  readonly from: number;
  readonly to: number;
  readonly replicaMs: number;
  readonly peak: number;
}

/** What a run has measured so far. Its figures can be put together at any moment. */
export class Course {
  readonly options: RunOptions;
  readonly startedAt = new Date();
  readonly recorder = new Recorder();
  readonly mix = new Mix();
  readonly verdicts: Verdict[] = [];
  /** Epoch ms of each verdict. */
  readonly verdictTimes: number[] = [];
  /** Of each switch of a flag: until every replica knew it, ms. */
  readonly flagsKnownAfter: number[] = [];
  environment: Environment;
  load: () => LoadSummary | null = () => null;
  rollout: () => RolloutSoFar | null = () => null;
  cost: () => LabCost | null = () => null;
  /** Those that the world has, once it is there. */
  customers: readonly Customer[] = [];
  /** Null unless another load is beside the own one: what is measured to be held against it. */
  journeys: Journeys | null = null;
  /** File of what that one's customers were told. */
  toldBeside: string | null = null;
  /** Null until the last step has ended. */
  outcome: Outcome | null = null;
  /** Null until the ledgers have been compared, which is the last thing that a run does. */
  ledger: LedgerReport | null = null;
  oldColumnsGone = false;
  /** Why there is no more than this. */
  unfinished = 'the run had not ended when this was written';

  constructor(options: RunOptions) {
    this.options = options;
    this.environment = describeEnvironment(options);
  }

  get timeline(): readonly FeedEvent[] {
    return this.options.feed.timeline;
  }
}
