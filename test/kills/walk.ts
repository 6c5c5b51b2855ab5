import { startCommand } from './command.ts';
import type { Expected } from './invariants.ts';
import { invariants } from './invariants.ts';
import type { Journal } from './journal.ts';
import {
  type Duration,
  learn,
  noteChanges,
  type Reference,
  type StepReference,
} from './reference.ts';
import type { Site } from './site.ts';
import { lastRelease, type Step, steps } from './steps.ts';

/** How often a command is run again that should have ended well, before the walk gives up. */
const maxRuns = 5;

/** A command that does not come to its end, however often it is run. */
export class StuckError extends Error {
  constructor(step: Step, told: string) {
    super(`${step.args.join(' ')} does not end well, ${maxRuns} times in a row: ${told}`);
    this.name = 'StuckError';
  }
}

export interface Walk {
  readonly number: number;
  readonly site: Site;
  readonly journal: Journal;
}

/** The whole change without a blow: what each step does when it is left alone. */
export async function learnReference(walk: Walk): Promise<Reference> {
  const { site } = walk;
  await noteChanges(site.db());
  const reference: StepReference[] = [];
  for (const step of steps) {
    await site.service.serveWith(step.serving);
    const learned = await learn(site.db(), () => finish(walk, step));
    reference.push(learned);
    await check(walk, step, endOf(step, learned));
  }
  await site.service.serveWith(lastRelease);
  return reference;
}

/** The whole change; `disturb` does to each step what it likes before it is run to its end. */
export async function walkThrough(
  walk: Walk,
  reference: Reference,
  disturb: (step: Step, reference: StepReference) => Promise<void>,
): Promise<void> {
  for (const [index, step] of steps.entries()) {
    const known = reference[index];
    if (known === undefined) throw new Error(`the reference has no step ${step.name}`);
    await walk.site.service.serveWith(step.serving);
    await disturb(step, known);
    await finish(walk, step);
    await check(walk, step, endOf(step, known));
  }
  await walk.site.service.serveWith(lastRelease);
  walk.journal.walks += 1;
}

/** What has to be true when a step has ended well. */
function endOf(step: Step, { after }: StepReference): Expected {
  return { schemas: [after], rows: [step.rows.after], after: 'end' };
}

/** What has to be true when a step was ended, as soon as the server has noticed. */
export function middleOf(step: Step, { before, between, after }: StepReference): Expected {
  const { rows } = step;
  return { schemas: [before, ...between, after], rows: [rows.before, rows.after], after: 'kill' };
}

/** Runs a step to its end, undisturbed; any end but a good one is something found. */
export async function finish({ site, journal, number }: Walk, step: Step): Promise<Duration> {
  let told = '';
  for (let run = 1; run <= maxRuns; run += 1) {
    const began = performance.now();
    const running = startCommand(site.databaseUrl, step.args);
    while (running.runs() && (await site.watcher().look()).length === 0);
    const connected = performance.now();
    const { code, stdout, stderr } = await running.ended;
    const ended = performance.now();
    journal.commandsEnded += 1;
    if (code === 0) return { connectedMs: ended - connected, allMs: ended - began };
    told = `exit code ${code}: ${stdout.slice(-600)}${stderr}`;
    journal.find({
      walk: number,
      step: step.name,
      what: 'a rerun did not end with 0',
      detail: told,
    });
  }
  throw new StuckError(step, told);
}

/** Looks at every invariant, and notes what does not hold. */
export async function check(walk: Walk, step: Step, expected: Expected): Promise<void> {
  const { site, journal, number } = walk;
  for (const { name, look } of invariants) {
    journal.checks += 1;
    const wrong = await look(site.db(), expected);
    if (wrong.length === 0) continue;
    const when = expected.after === 'end' ? 'at its end' : 'after a kill';
    const detail = `${when}: ${wrong.slice(0, 10).join('; ')}`;
    journal.find({ walk: number, step: step.name, what: name, detail });
  }
}
