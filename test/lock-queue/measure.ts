import { setTimeout as sleep } from 'node:timers/promises';
import { lockTimeoutsMs } from '../../src/schema-change/ddl/lock-tries.ts';
import { type CommandResult, schema } from '../support/schema-command.ts';
import { startCrowd } from './crowd.ts';
import { leaveOpen, type OpenKind } from './holders.ts';
import { askControl, askTable, longest, type Wait } from './probe.ts';
import { type LockingStep, prepare, type TestedDatabase, tables } from './steps.ts';

/** What no plain SELECT may wait longer than: the engine's longest lock timeout, and 200 ms. */
export const promisedMs = Math.max(...lockTimeoutsMs) + 200;

export interface Measured<Result> {
  readonly result: Result;
  /** The longest wait of a SELECT on any table of the change; absent when none waited. */
  readonly longest: Wait | undefined;
}

/** Does something to the schema while plain SELECTs go on on each table of the change. */
export async function measure<Result>(
  databaseUrl: string,
  work: () => Promise<Result>,
): Promise<Measured<Result>> {
  const control = await askControl(databaseUrl);
  const asking = await Promise.all(tables.map((table) => askTable(databaseUrl, table)));
  try {
    const result = await work();
    const waits = await Promise.all(asking.map((table) => table.stop()));
    return { result, longest: longest(waits.flat(), await control.stop()) };
  } finally {
    await Promise.allSettled([control, ...asking].map((probe) => probe.stop()));
  }
}

export interface StepMeasured extends Measured<CommandResult> {
  /** Whether it ended while the transaction was still open, which it cannot have done well. */
  readonly endedEarly: boolean;
}

/** Whether the step did what it should, and nobody waited for longer than is promised. */
export const held = ({ result, longest, endedEarly }: StepMeasured): boolean =>
  result.code === 0 && !endedEarly && (longest?.ms ?? 0) <= promisedMs;

/**
 * What a step does to a reader it does every time; a machine that stood still does not. So one that
 * did not hold is measured once more, on another database, and the first one is told beside it.
 */
export async function onceMoreUnlessHeld(
  measureOn: (name: 'once' | 'again') => Promise<StepMeasured>,
): Promise<StepMeasured & { readonly first?: StepMeasured }> {
  const first = await measureOn('once');
  return held(first) ? first : { ...(await measureOn('again')), first };
}

/** Runs a step, with patience, beside a transaction that is left open for `openMs`. */
export async function measureStep(
  step: LockingStep,
  kind: OpenKind,
  openMs: number,
  database: TestedDatabase,
): Promise<StepMeasured> {
  await prepare(step, database);
  const patience = String(Math.ceil(openMs / 1000) + 60);
  const open = await leaveOpen(database.url, kind, { state: step.from, table: step.lastTable });
  let ended = false;
  let endedEarly = false;
  const measured = await measure(database.url, async () => {
    const running = schema(database.url, ...step.args, '--patience', patience).finally(() => {
      ended = true;
    });
    await sleep(openMs); // what is measured is what happens in this time, whatever that is
    endedEarly = ended;
    await open.end();
    return running;
  });
  return { ...measured, endedEarly };
}

/** Shorter than the longest lock timeout, so that a step gets its locks at last, late. */
const letGoAfterMs = 200;

/** Runs a step while each table is never without readers, until it has waited for one of them. */
export async function measureInCrowd(
  step: LockingStep,
  database: TestedDatabase,
): Promise<StepMeasured> {
  await prepare(step, database);
  const crowds = await Promise.all(
    tables.map((table) => startCrowd(database.url, table, letGoAfterMs)),
  );
  try {
    const work = () => schema(database.url, ...step.args, '--patience', '60');
    return { ...(await measure(database.url, work)), endedEarly: false };
  } finally {
    await Promise.all(crowds.map((crowd) => crowd.stop()));
  }
}
