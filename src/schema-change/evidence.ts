import type { Evidence } from './gate.ts';

export function passed(evidence: string): Evidence {
  return { passed: true, evidence };
}

export function failed(evidence: string): Evidence {
  return { passed: false, evidence };
}

/** How long before `now` something was, for people. */
export function ago(at: Date | null, now: Date): string {
  if (at === null) return 'never';
  return `${Math.max(0, (now.getTime() - at.getTime()) / 1000).toFixed(1)} s ago`;
}
