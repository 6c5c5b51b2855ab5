import type { RunOptions } from './run-options.ts';

/** What the replicas of a release are told to do wrong. */
export function faultsOf({ candidate, change }: RunOptions, release: string): string {
  return release === change.from ? candidate.fromFaults : candidate.faults;
}
