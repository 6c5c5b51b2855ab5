import type { FeedEvent } from '../feed/events.ts';
import type { Outcome } from '../judge/types.ts';
import type { Level } from './html/steps-area.ts';

type Of<T extends FeedEvent['type']> = Extract<FeedEvent, { type: T }>;

/** A stretch of time in seconds from the start of the story. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** The timeline of a run as a picture needs it; times in seconds from its first step, the baseline. */
export interface RunStory {
  readonly seconds: number;
  /** Those that anything ran of, oldest first. */
  readonly releases: readonly string[];
  readonly steps: readonly (Span & { readonly title: string })[];
  /** Percent of the customers, and replicas that are up, by release. */
  readonly weights: readonly Level[];
  readonly replicas: readonly Level[];
  readonly flags: readonly (Span & { readonly name: string; readonly rollout: number })[];
  readonly verdicts: readonly { at: number; step: string; verdict: Outcome }[];
  /** Failed and wrong answers of each second that had any. */
  readonly bad: readonly { at: number; count: number }[];
}

/** Null without a step: then nothing was measured. */
export function storyOf(timeline: readonly FeedEvent[]): RunStory | null {
  const steps = of(timeline, 'step');
  const [first] = steps;
  const last = timeline.at(-1);
  if (first === undefined || last === undefined) return null;
  const seconds = (event: { readonly at: number }) => Math.max(0, (event.at - first.at) / 1000);
  const end = seconds(last);
  const releases = releasesOf(timeline);
  return {
    seconds: end,
    releases,
    steps: steps.map((step, i) => ({
      title: step.title,
      from: seconds(step),
      to: seconds(steps[i + 1] ?? last),
    })),
    weights: fromStart(
      of(timeline, 'weights').map((event) => ({
        at: seconds(event),
        values: releases.map((release) => event.weights[release] ?? 0),
      })),
    ),
    replicas: fromStart(replicaLevels(of(timeline, 'replica'), releases, seconds)),
    flags: flagSpans(of(timeline, 'flag'), seconds, end),
    verdicts: of(timeline, 'verdict')
      .filter((event) => event.final)
      .map((event) => ({
        at: seconds(event),
        step: event.verdict.step,
        verdict: event.verdict.verdict,
      })),
    bad: of(timeline, 'second')
      .filter((event) => event.failed > 0)
      .map((event) => ({ at: seconds(event), count: event.failed })),
  };
}

function of<T extends FeedEvent['type']>(timeline: readonly FeedEvent[], type: T): Of<T>[] {
  return timeline.filter((event): event is Of<T> => event.type === type);
}

function releasesOf(timeline: readonly FeedEvent[]): string[] {
  const ran = new Set(of(timeline, 'replica').map((event) => event.release));
  const known = of(timeline, 'run')[0]?.releases ?? [...ran].toSorted();
  return known.filter((release) => ran.has(release));
}

/** Of everything before the start only the last is left, and it counts from the start. */
function fromStart(levels: readonly Level[]): Level[] {
  return levels.filter((level, i) => level.at > 0 || (levels[i + 1]?.at ?? 1) > 0);
}

/** A replica is up from the start of its process to its end. */
function replicaLevels(
  events: readonly Of<'replica'>[],
  releases: readonly string[],
  seconds: (event: Of<'replica'>) => number,
): Level[] {
  const up = new Map<string, string>();
  return events.map((event) => {
    if (event.state === 'ended' || event.state === 'killed') up.delete(event.id);
    else up.set(event.id, event.release);
    const values = releases.map((release) => [...up.values()].filter((r) => r === release).length);
    return { at: seconds(event), values };
  });
}

function flagSpans(
  events: readonly Of<'flag'>[],
  seconds: (event: Of<'flag'>) => number,
  end: number,
): RunStory['flags'] {
  return events.flatMap((event, i) => {
    if (!event.enabled) return [];
    const next = events.slice(i + 1).find((later) => later.name === event.name);
    const to = next === undefined ? end : seconds(next);
    return [{ name: event.name, rollout: event.rollout, from: seconds(event), to }];
  });
}
