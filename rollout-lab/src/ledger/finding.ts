/**
 * What is wrong between what clients were told, what the database holds and what the gateway
 * charged. `lost`: acknowledged and not there; `mismatched`: there with another value; `divergent`:
 * answered rightly from the old shape, while the new one says something else; `double`:
 * charged more than once; `uncharged` and `unrecorded`: payment and charge without each other;
 * `stock`: more or less on the shelf than was sold.
 */
export type FindingKind =
  | 'lost'
  | 'mismatched'
  | 'divergent'
  | 'double'
  | 'uncharged'
  | 'unrecorded'
  | 'stock';

/** One row that does not add up, by name. */
export interface Finding {
  readonly kind: FindingKind;
  readonly table: string;
  /** Key of the row, as a person would look it up. */
  readonly row: string;
  readonly detail: string;
}

export interface LedgerReport {
  readonly ordersTold: number;
  readonly paymentsTold: number;
  readonly captures: number;
  /** Rows that were there before the run. */
  readonly rowsBefore: number;
  readonly findings: readonly Finding[];
  readonly counts: Readonly<Record<FindingKind, number>>;
}

/** Kept by name; beyond it they are only counted. */
export const keptFindings = 100;
