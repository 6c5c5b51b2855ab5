import type { Expectation } from '../candidates/candidate.ts';
import type { RunResult } from './result.ts';

/** What is asked of a result when it is held against what its candidate must lead to. */
type Seen = Pick<
  RunResult,
  | 'outcome'
  | 'caughtBy'
  | 'failedRequests'
  | 'releases'
  | 'reachPercent'
  | 'highestWeight'
  | 'divergentRows'
> & {
  /** The release before the rollout. */
  readonly from: string;
};

/** Hits from the whole range reach at least this far, in percent of the customers. */
const wholeRange = 90;

/** Everything that is not as it must be, a sentence each. */
export function unexpected(expected: Expectation, seen: Seen): string[] {
  return [
    ...outcome(expected, seen),
    ...caught(expected, seen),
    ...failed(expected, seen),
    ...reached(expected, seen),
    ...diverged(expected, seen),
  ];
}

function outcome({ outcome: wanted }: Expectation, { outcome: got }: Seen): string[] {
  return got === wanted ? [] : [`${got}, and should have been ${wanted}`];
}

function caught({ caughtBy: wanted }: Expectation, { caughtBy: got }: Seen): string[] {
  if (wanted.length === 0) {
    return got.length === 0 ? [] : [`the judge blamed ${got.join(', ')}, and nothing was wrong`];
  }
  if (wanted.some((check) => got.includes(check))) return [];
  const by = got.length === 0 ? 'nothing' : got.join(', ');
  return [`caught by ${by}, and should have been by ${wanted.join(' or ')}`];
}

function failed({ fails }: Expectation, { failedRequests, releases, from }: Seen): string[] {
  if (fails === 'none') return failedRequests > 0 ? [`${failedRequests} requests failed`] : [];
  if (failedRequests === 0) return ['no request failed, and some should have'];
  if (fails === 'any') return [];
  return releases
    .filter((r) => r.failed > 0 && (r.release === from) !== (fails === 'old'))
    .map((r) => `${r.failed} requests to ${r.release} failed: only the ${fails} release should`);
}

function reached({ reach }: Expectation, { reachPercent, highestWeight }: Seen): string[] {
  const far = reachPercent ?? 0;
  if (reach === 'cohort' && far > highestWeight) {
    return [`customers up to ${far} % were hit, and only ${highestWeight} % were in the canary`];
  }
  if (reach === 'everyone' && far < wholeRange) {
    return [`only customers up to ${far} % were hit, and should have been from all of them`];
  }
  return [];
}

function diverged({ divergent }: Expectation, { divergentRows }: Seen): string[] {
  if (divergent && divergentRows === 0) return ['no row diverged, and some should have'];
  return [];
}
