import type { Verdict } from '../judge/types.ts';

/**
 * The course of a run, as it is shown live, kept in `result.json` as its `timeline`, and replayed.
 * Everything that a page shows can be derived from these alone, in their order.
 */
export type FeedEvent = { readonly at: number } & FeedEntry;

/** `at` of a FeedEvent is in epoch ms; the rest by its type. */
export type FeedEntry =
  | RunBegan
  | StepBegan
  | Said
  | WeightsSet
  | FlagSet
  | ReplicaChanged
  | Judged
  | SecondPassed
  | AnswersGiven
  | LedgerCounted
  | SchemaSeen
  | Controlled
  | RunEnded;

export interface RunBegan {
  readonly type: 'run';
  readonly strategy: string;
  readonly candidate: string;
  readonly change: string;
  /** The releases of the change, oldest first; an answer names one of them by its place. */
  readonly releases: readonly string[];
  readonly replicas: number;
  readonly rate: number;
  readonly profile: string;
  readonly seed: string;
  /** Where the shop listens. */
  readonly shop: string;
}

/** A new chapter: the baseline, a step of the schema, a rollout. */
export interface StepBegan {
  readonly type: 'step';
  readonly title: string;
  readonly number: number;
  readonly of: number;
}

export interface Said {
  readonly type: 'say';
  readonly text: string;
}

/** Percent of the customers by release. */
export interface WeightsSet {
  readonly type: 'weights';
  readonly weights: Readonly<Record<string, number>>;
}

export interface FlagSet {
  readonly type: 'flag';
  readonly name: string;
  readonly enabled: boolean;
  /** Percent of the customers. */
  readonly rollout: number;
}

export type ReplicaState = 'starting' | 'ready' | 'draining' | 'ended' | 'killed';

export interface ReplicaChanged {
  readonly type: 'replica';
  readonly id: string;
  readonly release: string;
  readonly state: ReplicaState;
  /** Phase of the schema change that it works in, once it has told one. */
  readonly phase?: string;
}

export interface Judged {
  readonly type: 'verdict';
  /** The judge's last word on its step; until then it only shows its evidence. */
  readonly final: boolean;
  readonly verdict: Verdict;
}

/** The answers of the last second, and the totals so far. Latencies in ms, null without an answer. */
export interface SecondPassed {
  readonly type: 'second';
  readonly requests: number;
  readonly failed: number;
  readonly p50: number | null;
  readonly p99: number | null;
  readonly releases: Readonly<Record<string, { readonly requests: number; readonly bad: number }>>;
  readonly totals: { readonly requests: number; readonly failed: number; readonly wrong: number };
}

/**
 * Answers in the order in which they came, two characters each. The first: place of the release in
 * `RunBegan.releases`, or `?`. The second: `.` good, `v` good and from the new columns (the flag's
 * variant), `!` failed or wrong.
 */
export interface AnswersGiven {
  readonly type: 'answers';
  readonly cells: string;
}

/** What the three ledgers hold so far; while requests are in flight they differ by those. */
export interface LedgerCounted {
  readonly type: 'ledger';
  readonly told: { readonly orders: number; readonly payments: number };
  readonly stored: { readonly orders: number; readonly payments: number };
  readonly charged: number;
}

export interface SchemaColumn {
  readonly table: string;
  readonly column: string;
  /** The shape of the change that it belongs to. */
  readonly shape: 'old' | 'new';
  /** `forbidden`: the service has no rights on it any more (brownout). */
  readonly state: 'there' | 'forbidden' | 'gone';
  /** Share of the rows that have a value in it, 0 to 1; null when it is not there. */
  readonly filled: number | null;
}

/** The columns of the change as the database has them. */
export interface SchemaSeen {
  readonly type: 'schema';
  readonly state: string;
  readonly columns: readonly SchemaColumn[];
}

/** Somebody at the page took part. */
export interface Controlled {
  readonly type: 'control';
  readonly what: string;
}

export interface RunEnded {
  readonly type: 'end';
  readonly outcome: 'released' | 'rolled-back' | 'interrupted';
  readonly green: boolean;
  readonly reasons: readonly string[];
  /** Null when the run was ended before the ledgers were compared. */
  readonly lost: number | null;
  readonly double: number | null;
  readonly mismatched: number | null;
}
