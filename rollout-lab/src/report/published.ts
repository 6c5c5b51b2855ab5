/** The table that is published for the three strategies; shown beside what was measured. */
export const published = [
  {
    strategy: 'rolling',
    title: 'Rolling Update',
    deployment: '14 m',
    p99Impact: '+380 ms',
    rollback: '9 m',
    infra: '0 %',
    blastRadius: 'high (sequential)',
  },
  {
    strategy: 'blue-green',
    title: 'Blue-Green',
    deployment: '4 m',
    p99Impact: '+12 ms',
    rollback: '< 45 s',
    infra: '+100 %',
    blastRadius: 'critical (all or nothing)',
  },
  {
    strategy: 'canary',
    title: 'Canary + Feature Flags',
    deployment: '6 m',
    p99Impact: '+18 ms',
    rollback: '< 30 s',
    infra: '+15 %',
    blastRadius: 'low (controlled %)',
  },
] as const;

/** The published example of what failures cost: 15 minutes at 5 % errors, at so much an hour. */
export const publishedCost = {
  amount: 75_000,
  minutes: 15,
  failedShare: 0.05,
  perHour: 300_000,
} as const;

/** What the formula of `failureCost` gives for the published example, in dollars. */
export function publishedCostByFormula(): number {
  const { failedShare, minutes, perHour } = publishedCost;
  return (failedShare * minutes * perHour) / 60;
}
