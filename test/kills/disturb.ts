import type { Random } from '../harness/random.ts';
import { between } from '../harness/random.ts';
import { startCommand } from './command.ts';
import { drawMoment } from './moments.ts';
import type { StepReference } from './reference.ts';
import type { Site } from './site.ts';
import type { Step } from './steps.ts';
import { strike } from './strike.ts';
import { check, endingOf, middleOf, mustWait, type Walk } from './walk.ts';

/** So many blows a command is dealt, before it may go on to its end. */
const rounds = { least: 2, most: 6 };

/** What is done to one step of a walk: kills, and now and then something else. */
export async function disturb(
  walk: Walk,
  step: Step,
  reference: StepReference,
  random: Random,
): Promise<void> {
  let inARow = 0;
  for (let left = between(random, rounds.least, rounds.most); left > 0; left -= 1) {
    const chance = random();
    const hit = await (chance < 0.15
      ? killOneOfTwo(walk, step, reference, random)
      : chance < 0.25
        ? terminate(walk, step, reference, random)
        : kill(walk, step, reference, random));
    inARow = hit ? inARow + 1 : 0;
    if (!hit && step.repeats !== true) return; // it has come to its end
    walk.journal.mostInARow = Math.max(walk.journal.mostInARow, inARow);
    // Half of the time the next run comes while the server still works for the one before it.
    if (random() < 0.5) await check(walk, step, middleOf(step, reference));
  }
}

async function kill(
  { site, journal }: Walk,
  step: Step,
  reference: StepReference,
  random: Random,
): Promise<boolean> {
  const moment = drawMoment(random, reference.duration, step.obstacle !== undefined);
  const struck = await strike(site, step, moment, (running) => running.kill());
  if (struck === null) journal.missed += 1;
  else {
    journal.kill(step.name, struck.doing);
    journal.count('kill');
  }
  return struck !== null;
}

/** Two of the same command at once: the one that is left comes to a good end. */
async function killOneOfTwo(
  walk: Walk,
  step: Step,
  reference: StepReference,
  random: Random,
): Promise<boolean> {
  const { site, journal, number } = walk;
  const other = startCommand(site.databaseUrl, step.args);
  const hit = await kill(walk, step, reference, random);
  const result = await other.ended;
  if (hit) journal.count('one of two killed');
  if (result.code !== 0 && !mustWait(step, result)) {
    const what = 'the other of two did not end with 0';
    journal.find({ walk: number, step: step.name, what, detail: endingOf(result) });
  }
  return hit;
}

/** The server ends the command's connections: it says so in a sentence, and can be run again. */
async function terminate(
  walk: Walk,
  step: Step,
  reference: StepReference,
  random: Random,
): Promise<boolean> {
  const { site, journal } = walk;
  const moment = drawMoment(random, reference.duration, step.obstacle !== undefined);
  const struck = await strike(site, step, moment, async () => {
    await site.watcher().terminate();
    return true;
  });
  if (struck === null) return false;
  journal.count('backend terminated');
  noteStack(walk, step, struck.result.stderr);
  return struck.result.code !== 0;
}

/** PostgreSQL itself crashes under the command, and comes back. */
export async function restartUnder(
  walk: Walk,
  step: Step,
  reference: StepReference,
  random: Random,
): Promise<boolean> {
  const { site, journal } = walk;
  const moment = drawMoment(random, reference.duration, false);
  const restart = restartOf(site);
  const struck = await strike(site, step, moment, restart);
  if (struck === null) return false;
  journal.count('server restart');
  noteStack(walk, step, struck.result.stderr);
  await check(walk, step, middleOf(step, reference));
  return true;
}

const restartOf = (site: Site) => async () => {
  await site.restartServer();
  return true;
};

function noteStack({ journal, number }: Walk, step: Step, stderr: string): void {
  if (!/^ {4}at /m.test(stderr)) return;
  const what = 'a lost connection is told as a fault in the code';
  journal.find({ walk: number, step: step.name, what, detail: stderr.slice(0, 600) });
}
