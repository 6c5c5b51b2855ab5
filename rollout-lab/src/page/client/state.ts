import type {
  LedgerCounted,
  ReplicaState,
  RunBegan,
  RunEnded,
  SchemaSeen,
} from '../../feed/events.ts';
import type { Verdict } from '../../judge/types.ts';

/** How much of a run a page keeps, however long the run is. */
export const kept = { squares: 2_000, seconds: 1_800, log: 300, marks: 200 } as const;

/** An answer: the place of its release among those of the run, -1 for none, and how it was. */
export interface Square {
  readonly release: number;
  readonly how: 'good' | 'variant' | 'bad';
}

export interface Second {
  readonly at: number;
  readonly p50: number | null;
  readonly p99: number | null;
  /** Answers by the place of their release; the last of the list are those of none. */
  readonly answers: readonly number[];
  readonly bad: number;
}

/** A moment that the chart marks. */
export interface Mark {
  readonly at: number;
  readonly kind: 'step' | 'flag' | 'verdict' | 'control';
  readonly text: string;
}

export interface LogLine {
  readonly at: number;
  readonly text: string;
  readonly tone: 'plain' | 'step' | 'good' | 'bad';
}

export interface ReplicaSeen {
  readonly release: string;
  readonly state: ReplicaState;
  readonly phase: string | null;
}

/** Everything that a page shows of a run. */
export interface PageState {
  run: RunBegan | null;
  beganAt: number;
  now: number;
  step: { title: string; number: number; of: number } | null;
  weights: Readonly<Record<string, number>>;
  readonly flags: Map<string, { enabled: boolean; rollout: number }>;
  readonly replicas: Map<string, ReplicaSeen>;
  verdict: { final: boolean; verdict: Verdict } | null;
  readonly squares: Square[];
  /** How many squares there have been; the last ones are in `squares`. */
  answered: number;
  readonly seconds: Second[];
  totals: { requests: number; failed: number; wrong: number };
  ledger: LedgerCounted | null;
  schema: SchemaSeen | null;
  readonly log: LogLine[];
  readonly marks: Mark[];
  end: RunEnded | null;
}

export function emptyState(): PageState {
  return {
    run: null,
    beganAt: 0,
    now: 0,
    step: null,
    weights: {},
    flags: new Map(),
    replicas: new Map(),
    verdict: null,
    squares: [],
    answered: 0,
    seconds: [],
    totals: { requests: 0, failed: 0, wrong: 0 },
    ledger: null,
    schema: null,
    log: [],
    marks: [],
    end: null,
  };
}
