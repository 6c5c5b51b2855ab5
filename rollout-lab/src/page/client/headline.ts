/// <reference lib="dom" />
import { byId, setText } from './dom.ts';
import { clock, count, ms } from './format.ts';
import type { PageState } from './state.ts';

/** What is read from the back of a room: which run, where it is, how fast, how many failed. */
export function drawHeadline(state: PageState): void {
  const { run, step, end, totals } = state;
  setText(byId('run-name'), run === null ? 'No run yet' : `${run.strategy} · ${run.candidate}`);
  setText(byId('run-step'), stepText(state));
  byId('run-step').className = end === null ? 'step' : `step ${end.green ? 'good' : 'bad'}`;
  const last = state.seconds.at(-1);
  setText(byId('figure-rate'), last === undefined ? '–' : String(perSecond(last.answers)));
  setText(byId('figure-p99'), ms(last?.p99 ?? null));
  setText(byId('figure-requests'), count(totals.requests));
  setText(byId('figure-failed'), count(totals.failed + totals.wrong));
  byId('figure-failed').classList.toggle('bad', totals.failed + totals.wrong > 0);
  setText(byId('figure-time'), run === null ? '–' : clock(state.now - state.beganAt));
  const bar = byId('run-progress') as HTMLProgressElement;
  bar.max = step?.of ?? 1;
  bar.value = end !== null && end.outcome !== 'interrupted' ? bar.max : (step?.number ?? 0);
}

const perSecond = (answers: readonly number[]) => answers.reduce((sum, n) => sum + n, 0);

function stepText({ run, step, end }: PageState): string {
  if (end !== null) {
    if (end.green) return `✓ Green: ${end.outcome}, as it must be`;
    const why = end.reasons.join('; ');
    // A reason names the outcome where it is the outcome that is wrong.
    return `✗ Red: ${why.startsWith(end.outcome) ? '' : `${end.outcome}: `}${why}`;
  }
  if (step !== null) return `Step ${step.number} of ${step.of}: ${step.title}`;
  return run === null ? 'Start one below, or run “npm run demo”.' : 'Getting ready';
}
