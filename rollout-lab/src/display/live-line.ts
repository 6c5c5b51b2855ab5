import type { Live } from '../run/story.ts';

/** The figures of a moment in one line: weights, requests, p99, failures, ledger. */
export function liveLine(state: Live): string {
  const weights = Object.entries(state.weights)
    .map(([release, weight]) => `${release} ${weight} % ×${state.replicas[release] ?? 0}`)
    .join(' | ');
  const p99 = state.stats.p99 === null ? '–' : `${state.stats.p99.toFixed(1)} ms`;
  const { orders, payments } = state.acknowledged;
  return [
    weights,
    `${state.stats.perSecond} req/s`,
    `p99 ${p99}`,
    `${state.requests} requests, ${state.failed} failed`,
    `acknowledged: ${orders} orders, ${payments} payments`,
  ].join('  ·  ');
}
