import type { Evidence } from './gate.ts';

type Dated = Pick<Evidence, 'at' | 'maxAgeSeconds'>;

/** Evidence of now, or of a time from which on it counts for so long. */
export function passed(evidence: string, dated: Dated = {}): Evidence {
  return { passed: true, evidence, ...dated };
}

export function failed(evidence: string, dated: Dated = {}): Evidence {
  return { passed: false, evidence, ...dated };
}

/** How long before `now` something was, for people. */
export function ago(at: Date | null, now: Date): string {
  if (at === null) return 'never';
  return `${Math.max(0, (now.getTime() - at.getTime()) / 1000).toFixed(1)} s ago`;
}
