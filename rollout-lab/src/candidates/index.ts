import { aheadOfBackfill } from './ahead-of-backfill.ts';
import type { Candidate } from './candidate.ts';
import { destructiveMigration } from './destructive-migration.ts';
import { dropsInFlight } from './drops-in-flight.ts';
import { failing } from './failing.ts';
import { healthy } from './healthy.ts';
import { rounding } from './rounding.ts';
import { slow } from './slow.ts';

/** A new candidate is one file and one line. */
export const candidates: readonly Candidate[] = [
  healthy,
  slow,
  failing,
  aheadOfBackfill,
  rounding,
  destructiveMigration,
  dropsInFlight,
];
