import { styleText } from 'node:util';
import { schemaStates } from '../releases.ts';
import type { Brownout } from '../schema-change/brownout/record.ts';
import type { Overview } from '../schema-change/overview.ts';
import { backfillRunLines } from './backfill-progress.ts';
import type { Stand } from './status.ts';

const columns = 80;
const labelWidth = 11;
/** Between the beginnings of two states on the line. */
const stateWidth = 14;

/** Where all changes stand, and one of them in detail, within 80 columns. */
export function drawStatus(view: Overview, stands: readonly Stand[], now: Date): string[] {
  return [
    ...drawLines(stands),
    '',
    ...section('change', [changeLine(view)]),
    ...section('may run', [view.mayRun.join(', ') || 'nothing yet']),
    ...section('instances', instanceLines(view)),
    ...section('releases', outlookLines(view)),
    ...section('backfill', [...backfillLines(view), ...backfillRunLines(view.backfillRun)]),
    ...section('verified', [verifiedLine(view, now)]),
    ...section('brownout', [brownoutLine(view.brownout, now)]),
    ...section('next', [bold(view.nextStep)]),
    ...section('way back', wayBackLines(view)),
  ];
}

/** The line of states of each change: what is behind it, where it is, what is before it. */
function drawLines(stands: readonly Stand[]): string[] {
  const width = Math.max(...stands.map(({ change }) => change.length)) + 2;
  const head = schemaStates.map((state) => state.padEnd(stateWidth)).join('');
  return [
    `${' '.repeat(width)}${head}`.trimEnd(),
    ...stands.map((stand) => `${stand.change.padEnd(width)}${drawLine(stand)}`),
  ];
}

function drawLine({ state, goingBackTo }: Stand): string {
  const at = state === null ? -1 : schemaStates.indexOf(state);
  const target = goingBackTo === null ? at : schemaStates.indexOf(goingBackTo);
  const marks = schemaStates.map((_, index) => {
    const mark = index === at ? bold('◉') : index < at ? '●' : '○';
    if (index === schemaStates.length - 1) return mark;
    const between = index < at && index >= target ? '◂' : index < at ? '─' : '╌';
    return mark + between.repeat(stateWidth - 1);
  });
  return marks.join('');
}

function changeLine({ change, state, goingBackTo, oldestRelease }: Overview): string {
  if (state === 'empty') return 'the database is empty';
  const oldest = oldestRelease === null ? '' : `, needs release ${oldestRelease} or newer`;
  const back = goingBackTo === null ? '' : `, on its way back to "${goingBackTo}"`;
  return `${change} is "${state}"${back}${oldest}`;
}

/** Instances in the same release and phase on a line; many are counted, a few are named. */
function instanceLines({ instances }: Overview): string[] {
  const groups = Map.groupBy(instances, ({ release, phase }) => `${release}  ${phase}`);
  const lines = [...groups].map(([what, all]) => {
    const named = all.slice(0, 3).map(({ id }) => id);
    const more = all.length > named.length ? `, and ${all.length - named.length} more` : '';
    return `${what.padEnd(20)}${String(all.length).padStart(3)}  ${named.join(', ')}${more}`;
  });
  return lines.length === 0 ? ['none alive'] : lines;
}

function outlookLines({ outlook }: Overview): string[] {
  const lines = outlook.map(({ release, refusal, phases }) => {
    const choice = phases.length > 1 ? `${phases.join(', ')} (by the flags)` : phases.join();
    return `${release}  ${refusal === null ? `runs: ${choice}` : `refuses: ${refusal}`}`;
  });
  return lines.length === 0 ? ['none runs on an empty database'] : lines;
}

function backfillLines({ backfill }: Overview): string[] {
  const lines = backfill.map(({ table, rowsDone, rowsTotal, finished }) => {
    const share = rowsTotal === 0 ? 100 : Math.floor((100 * rowsDone) / rowsTotal);
    const state = finished ? 'done' : `${share} %`;
    return `${table.padEnd(14)}${state.padStart(5)}  ${rowsDone} of ${rowsTotal} rows`;
  });
  return lines.length === 0 ? ['not begun'] : lines;
}

function verifiedLine({ lastVerification: last }: Overview, now: Date): string {
  if (last === null) return 'never';
  const found = last.mismatches === 0 ? 'clean' : `${last.mismatches} mismatches`;
  const stale = last.sinceOldWrites ? '' : '; the old columns were written since';
  return `${when(last.startedAt, now)}: ${last.rowsChecked} rows, ${found}${stale}`;
}

function brownoutLine(brownout: Brownout | null, now: Date): string {
  if (brownout === null) return 'none';
  const { outcome, startedAt, endsAt, windowSeconds, reason, watcher, abandoned } = brownout;
  const begun = `begun ${when(startedAt, now)}, window ${windowSeconds} s`;
  if (abandoned) return `ABANDONED by ${watcher}: rights are away, nobody watches; ${begun}`;
  if (outcome !== 'watching') return `${outcome}${reason === null ? '' : `: ${reason}`}; ${begun}`;
  const left = Math.max(0, Math.ceil((endsAt.getTime() - now.getTime()) / 1000));
  return `watched by ${watcher}, ${left} s left; ${begun}`;
}

function wayBackLines({ wayBack: { to, steps, obstacles } }: Overview): readonly string[] {
  if (to === null) return obstacles.length > 0 ? obstacles : ['nothing to take back'];
  if (obstacles.length === 0) return steps;
  return [
    `not yet: ${obstacles.join('; ')}`,
    ...steps.map((step, index) => `${index + 1}. ${step}`),
  ];
}

/** A label and what belongs to it, wrapped and indented. */
function section(label: string, lines: readonly string[]): string[] {
  const wrapped = lines.flatMap((line) => wrap(line, columns - labelWidth));
  return wrapped.map((line, index) => `${(index === 0 ? label : '').padEnd(labelWidth)}${line}`);
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let rest = text;
  while (rest.length > width) {
    const space = rest.lastIndexOf(' ', width);
    const end = space > 0 ? space : width;
    lines.push(rest.slice(0, end));
    rest = `  ${rest.slice(end).trimStart()}`;
  }
  return [...lines, rest];
}

/** A time for people: how long ago, and the time itself in UTC. */
function when(at: Date, now: Date): string {
  const seconds = Math.max(0, Math.round((now.getTime() - at.getTime()) / 1000));
  const [unit, size] = seconds < 120 ? ['s', 1] : seconds < 7_200 ? ['min', 60] : ['h', 3_600];
  const clock = at.toISOString().slice(0, 19).replace('T', ' ');
  return `${Math.floor(seconds / Number(size))} ${unit} ago (${clock} UTC)`;
}

// Colours and weights only where somebody looks, as styleText finds out of the stream.
function bold(text: string): string {
  return styleText('bold', text, { stream: process.stdout });
}
