import { Judge } from '../judge/judge.ts';
import type { JudgeInput, Verdict } from '../judge/types.ts';
import { epochMs } from '../metrics/clock.ts';
import type { Group } from '../metrics/types.ts';
import type { RunContext } from '../run/context.ts';
import type { Order } from '../run/control.ts';
import { pause } from '../run/wait.ts';

/** Answers of the last moments are still under way; the window ends before them. */
const inFlightMs = 500;
/** The recorder keeps single requests a little longer than this. */
const keptMs = 170_000;

export interface Watched {
  readonly step: string;
  readonly canary: Group;
  readonly stable: Group;
  /** Whether `stable` still answers; else only what it answered before can be compared with. */
  readonly besides: boolean;
  /** Shortest time until a pass; the profile's step without it. */
  readonly windowMs?: number;
  /** Begin of the rollout, epoch ms: rare failures add up from there. */
  readonly rollFrom: number;
  /** Mismatches and broken connections that had been counted at that moment. */
  readonly before: Counted;
}

interface Counted {
  readonly mismatches: number;
  readonly drops: number;
}

/** What has been counted so far, for what comes to be told from what was. */
export async function countSoFar(context: RunContext): Promise<Counted> {
  return { mismatches: await context.mismatches(), drops: context.recorder.drops() };
}

/** Failures and wrong values hurt at once; a latency is judged over the whole step. */
function isUrgent(verdict: Verdict): boolean {
  return verdict.checks.some(
    ({ name, verdict: found }) => found === 'fail' && name !== 'p99' && name !== 'latency',
  );
}

/**
 * Watches a step until the judge has enough data, and looks all the while whether it is bad enough
 * already. Thin data is waited for, and in the end is not a pass. Somebody at the controls may hold
 * the step, or decide it.
 */
export async function watch(context: RunContext, watched: Watched): Promise<Verdict> {
  const { control } = context;
  control.watching = true;
  const verdict = await lastWord(context, watched).finally(() => {
    control.watching = false;
  });
  context.onVerdict(verdict);
  return verdict;
}

async function lastWord(context: RunContext, watched: Watched): Promise<Verdict> {
  const { profile, signal, control, story } = context;
  const { windowMs = profile.stepMs } = watched;
  const longestMs = Math.max(windowMs, profile.longestStepMs);
  const from = epochMs();
  const judge = new Judge(context.thresholds);
  for (;;) {
    await pause(profile.lookMs, signal);
    const lasted = epochMs() - from;
    const late = lasted >= longestMs && !control.paused;
    const isOver = lasted >= windowMs && !control.paused;
    const verdict = judge.look(await inputOf(context, watched, { from, isOver, final: late }));
    const order = control.take();
    if (order !== null) return decided(verdict, order);
    if (isUrgent(verdict)) return verdict;
    const settled = verdict.verdict !== 'insufficient data' || late;
    if (settled && isOver) return verdict;
    story.feed.emit({ type: 'verdict', final: false, verdict });
  }
}

/*
 * Where nothing stable answers any more, canary and stable are a before and an after: what changed
 * with the hour, or with the switch itself, looks like the release's doing. So until the end of the
 * window the canary is held against the fixed limits alone, and against what was before from its end
 * on, when there is most to compare. What was before begins a baseline window before the rollout: a
 * second fleet that starts in four seconds leaves too few answers otherwise to tell one failure in a
 * hundred from none.
 */
function comparable(arms: JudgeInput['sinceStart'], besides: boolean, isOver: boolean) {
  return besides || isOver ? arms : undefined;
}

/** The judge's figures under somebody else's verdict. */
function decided(verdict: Verdict, order: Order): Verdict {
  return {
    ...verdict,
    verdict: order === 'promote' ? 'pass' : 'fail',
    decidedBy: order === 'promote' ? 'promoted by hand' : 'aborted by hand',
  };
}

async function inputOf(
  context: RunContext,
  { step, canary, stable, besides, rollFrom, before }: Watched,
  { from, isOver, final }: { from: number; isOver: boolean; final: boolean },
): Promise<JudgeInput> {
  const counted = await countSoFar(context);
  const to = Math.max(from, epochMs() - inFlightMs);
  const start = Math.max(rollFrom, to - keptMs);
  // Somebody may hold a step for longer than that.
  const window = Math.max(from, to - keptMs);
  const arm = (group: Group, since: number) => context.recorder.arm(group, since, to);
  const stableFrom = Math.max(
    besides ? rollFrom : rollFrom - context.profile.baselineMs,
    to - keptMs,
  );
  const sinceStart = { canary: arm(canary, start), stable: arm(stable, stableFrom) };
  const compared = comparable(sinceStart, besides, isOver);
  return {
    step,
    canary: arm(canary, window),
    stable: besides ? arm(stable, window) : null,
    ...(compared !== undefined && { sinceStart: compared }),
    mismatches: counted.mismatches - before.mismatches,
    drops: counted.drops - before.drops,
    final,
  };
}
