import { setTimeout as sleep } from 'node:timers/promises';
import type { CommandResult } from '../support/schema-command.ts';
import { startCommand } from './command.ts';
import { type Expected, invariants, noticeMs } from './invariants.ts';
import type { Journal } from './journal.ts';
import {
  type Duration,
  learn,
  noteChanges,
  type Reference,
  type StepReference,
} from './reference.ts';
import type { Site } from './site.ts';
import type { Route, Step } from './steps.ts';

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
  readonly route: Route;
  readonly site: Site;
  readonly journal: Journal;
}

/** The whole change without a blow: what each step does when it is left alone. */
export async function learnReference(walk: Walk): Promise<Reference> {
  const { site, route } = walk;
  await noteChanges(site.db());
  const reference: StepReference[] = [];
  for (const step of route.steps) {
    await site.service.serveWith(step.serving);
    const learned = await learn(site.db(), () => finish(walk, step));
    reference.push(learned);
    await check(walk, step, endOf(step, learned));
  }
  await site.service.serveWith(route.lastRelease);
  return reference;
}

/** The whole change; `disturb` does to each step what it likes before it is run to its end. */
export async function walkThrough(
  walk: Walk,
  reference: Reference,
  disturb: (step: Step, reference: StepReference) => Promise<void>,
): Promise<void> {
  for (const [index, step] of walk.route.steps.entries()) {
    const known = reference[index];
    if (known === undefined) throw new Error(`the reference has no step ${step.name}`);
    await walk.site.service.serveWith(step.serving);
    await disturb(step, known);
    await finish(walk, step);
    await check(walk, step, endOf(step, known));
  }
  await walk.site.service.serveWith(walk.route.lastRelease);
  walk.journal.walks += 1;
}

/** What has to be true when a step has ended well. */
function endOf(step: Step, { after }: StepReference): Expected {
  return { schemas: [after], change: step.change, rows: [step.rows.after], after: 'end' };
}

/** What has to be true when a step was ended, as soon as the server has noticed. */
export function middleOf(step: Step, { before, between, after }: StepReference): Expected {
  const rows = [step.rows.before, step.rows.after];
  const schemas = [before, ...between, after];
  return { schemas, change: step.change, rows, after: 'kill' };
}

/** Whether a command was refused only because another of its kind is at work. */
export function mustWait({ oneAtATime }: Step, { code, stderr }: CommandResult): boolean {
  return code === 3 && oneAtATime?.test(stderr) === true;
}

/** As a finding tells how a command ended. */
export function endingOf({ code, stdout, stderr }: CommandResult): string {
  return `exit code ${code}: ${stdout.slice(-600)}${stderr}`;
}

/**
 * Runs a step to its end, undisturbed; any end but a good one is something found. One that has to
 * wait until the server has noticed the end of another is run again, for as long as that may take.
 */
export async function finish(walk: Walk, step: Step): Promise<Duration> {
  const patience = performance.now() + noticeMs;
  for (let run = 1; ; ) {
    const { result, duration } = await runOnce(walk, step);
    if (result.code === 0) return duration;
    if (mustWait(step, result) && performance.now() < patience) {
      await sleep(200);
      continue;
    }
    const detail = endingOf(result);
    const what = 'a rerun did not end with 0';
    walk.journal.find({ walk: walk.number, step: step.name, what, detail });
    if (run === maxRuns) throw new StuckError(step, detail);
    run += 1;
  }
}

async function runOnce({ site, journal }: Walk, step: Step) {
  const began = performance.now();
  const running = startCommand(site.databaseUrl, step.args);
  while (running.runs() && (await site.watcher().look()).length === 0);
  const connected = performance.now();
  const result = await running.ended;
  const ended = performance.now();
  journal.commandsEnded += 1;
  return { result, duration: { connectedMs: ended - connected, allMs: ended - began } };
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
