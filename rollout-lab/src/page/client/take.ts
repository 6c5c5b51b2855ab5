import type { FeedEvent } from '../../feed/events.ts';
import { emptyState, kept, type LogLine, type Mark, type PageState, type Square } from './state.ts';

/**
 * Takes one event into the state. A run that begins clears what was before it.
 *
 * @returns a sentence for those who listen instead of looking; null when it is not worth one.
 */
export function take(state: PageState, event: FeedEvent): string | null {
  if (event.type === 'run') Object.assign(state, emptyState(), { run: event, beganAt: event.at });
  state.now = event.at;
  const taker = takers[event.type] as (state: PageState, event: FeedEvent) => string | null;
  return taker(state, event);
}

type Takers = {
  readonly [Type in FeedEvent['type']]: (
    state: PageState,
    event: Extract<FeedEvent, { type: Type }>,
  ) => string | null;
};

const takers: Takers = {
  run(state, { at, strategy, candidate, change }) {
    const text = `${strategy} with the candidate ${candidate}, change ${change}`;
    log(state, { at, text, tone: 'step' });
    return text;
  },
  step(state, { at, title, number, of }) {
    state.step = { title, number, of };
    mark(state, { at, kind: 'step', text: title });
    log(state, { at, text: title, tone: 'step' });
    return `Step ${number} of ${of}: ${title}`;
  },
  say(state, { at, text }) {
    log(state, { at, text, tone: toneOf(text) });
    return null;
  },
  weights(state, { weights }) {
    state.weights = weights;
    return null;
  },
  flag(state, { at, name, enabled, rollout }) {
    state.flags.set(name, { enabled, rollout });
    mark(state, { at, kind: 'flag', text: `${name} ${enabled ? `${rollout} %` : 'off'}` });
    return null;
  },
  replica(state, { id, release, state: now, phase }) {
    const before = state.replicas.get(id);
    state.replicas.delete(id);
    // Those that have ended are no longer shown; the log tells of them.
    if (now !== 'ended') {
      state.replicas.set(id, { release, state: now, phase: phase ?? before?.phase ?? null });
    }
    return null;
  },
  verdict(state, { at, final, verdict }) {
    state.verdict = { final, verdict };
    if (!final) return null;
    const text = `Judge: ${verdict.verdict}, ${verdict.step}`;
    mark(state, { at, kind: 'verdict', text: verdict.verdict });
    return text;
  },
  second(state, { at, p50, p99, failed, releases, totals }) {
    const names = state.run?.releases ?? [];
    const answers = names.map((name) => releases[name]?.requests ?? 0);
    const all = Object.values(releases).reduce((sum, { requests }) => sum + requests, 0);
    const unnamed = all - answers.reduce((sum, n) => sum + n, 0);
    push(
      state.seconds,
      { at, p50, p99, answers: [...answers, unnamed], bad: failed },
      kept.seconds,
    );
    state.totals = totals;
    return null;
  },
  answers(state, { cells }) {
    for (let i = 0; i + 1 < cells.length; i += 2) {
      push(state.squares, squareOf(cells.charAt(i), cells.charAt(i + 1)), kept.squares);
      state.answered += 1;
    }
    return null;
  },
  ledger(state, event) {
    state.ledger = event;
    return null;
  },
  schema(state, event) {
    state.schema = event;
    return null;
  },
  control(state, { at, what }) {
    mark(state, { at, kind: 'control', text: what });
    log(state, { at, text: what, tone: 'step' });
    return what;
  },
  end(state, event) {
    state.end = event;
    const text = `${event.green ? 'Green' : 'Red'}: ${event.outcome}`;
    const why = event.reasons.length === 0 ? '' : `: ${event.reasons.join('; ')}`;
    log(state, { at: event.at, text: text + why, tone: event.green ? 'good' : 'bad' });
    return text + why;
  },
};

const hows: Readonly<Record<string, Square['how']>> = { '.': 'good', v: 'variant', '!': 'bad' };

function squareOf(release: string, how: string): Square {
  return { release: release === '?' ? -1 : Number(release), how: hows[how] ?? 'bad' };
}

function push<T>(list: T[], item: T, most: number): void {
  list.push(item);
  // In one go now and then: taking the first from a long list moves all the others.
  if (list.length > most * 1.2) list.splice(0, list.length - most);
}

/** The judge's last words are told in the story as well. */
function toneOf(text: string): LogLine['tone'] {
  if (!text.startsWith('judge: ')) return 'plain';
  return text.startsWith('judge: pass') ? 'good' : 'bad';
}

const mark = (state: PageState, item: Mark) => push(state.marks, item, kept.marks);
const log = (state: PageState, item: LogLine) => push(state.log, item, kept.log);
