import type { Claim } from './claim.ts';
import { blastRadius, costOfFailures, fewerFailures } from './failures.ts';
import {
  deployment,
  deploymentOrder,
  infra,
  p99Impact,
  rollbackOfRolling,
  rollbackWithin,
} from './figures.ts';

/** The published sentences, as rules. Nothing is scaled or adjusted towards them. */
export const claims: readonly Claim[] = [
  deployment('rolling', 14),
  deployment('blue-green', 4),
  deployment('canary', 6),
  deploymentOrder(),
  p99Impact('rolling', 380),
  p99Impact('blue-green', 12),
  p99Impact('canary', 18),
  rollbackOfRolling(),
  rollbackWithin('blue-green', 45),
  rollbackWithin('canary', 30),
  infra('rolling', 0),
  infra('blue-green', 1),
  infra('canary', 0.15),
  blastRadius(),
  fewerFailures(),
  costOfFailures(),
];
