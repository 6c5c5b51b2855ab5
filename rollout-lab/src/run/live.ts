import { epochMs } from '../metrics/clock.ts';
import type { RunContext } from './context.ts';
import type { Mix } from './mix.ts';
import type { Display } from './story.ts';

/** Answers come in batches: those of the last moments are not all there yet. */
const underWayMs = 250;

/** Tells once a second how it goes: to the display, and as an event of the feed. */
export function tellSecond(
  { recorder, story, fleet }: RunContext,
  display: Display,
  mix: Mix,
): void {
  const replicas = Map.groupBy(fleet.replicas(), (replica) => replica.release);
  const { requests, failed, wrong } = recorder.totals();
  const stats = recorder.live(epochMs() - underWayMs);
  story.feed.emit({
    type: 'second',
    requests: stats.perSecond,
    failed: stats.bad,
    p50: stats.p50,
    p99: stats.p99,
    releases: stats.releases,
    totals: { requests, failed, wrong },
  });
  display.live({
    step: story.step,
    weights: story.currentWeights,
    replicas: Object.fromEntries([...replicas].map(([release, list]) => [release, list.length])),
    requests,
    failed: failed + wrong,
    acknowledged: mix.acknowledged(),
    stats,
  });
}
