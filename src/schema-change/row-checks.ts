import { ago, failed, passed } from './evidence.ts';
import type { Check, GateContext } from './gate.ts';
import { oldUse } from './instances.ts';
import { type Mismatch, showMismatch } from './verify/compare.ts';
import { cleanRuns } from './verify/runs.ts';

export const rowsFilled: Check = {
  name: 'rows-filled',
  async run({ compareNow }) {
    const found = await compareNow();
    if (found === null) return failed('there are not two shapes to compare');
    const told = `${found.unfilled} of ${found.rowsChecked} rows without the new columns`;
    return found.unfilled === 0 ? passed(told) : failed(told + examples(found.samples, 'unfilled'));
  },
};

export const rowsEqual: Check = {
  name: 'rows-equal',
  async run({ compareNow }) {
    const found = await compareNow();
    if (found === null) return failed('there are not two shapes to compare');
    const told = `${found.different} of ${found.rowsChecked} rows say two different things`;
    return found.different === 0
      ? passed(told)
      : failed(told + examples(found.samples, 'different'));
  },
};

export const verifiedTwice: Check = {
  name: 'verifications',
  async run({ db, change, now }) {
    const runs = await cleanVerifications(db, change.name);
    const { lastWritten } = await oldUse(db, change.name);
    const afterWriters = runs.filter((at) => lastWritten === null || at > lastWritten);
    const told = `${runs.length} in a row without mismatch, ${afterWriters.length} of them begun after the last write of the old columns (${ago(lastWritten, now)})`;
    return runs.length >= 2 && afterWriters.length >= 1 ? passed(told) : failed(told);
  },
};

export const verifiedSinceOldWriters: Check = {
  name: 'verified-since-old-writers',
  async run({ db, change, now }) {
    const [last] = await cleanVerifications(db, change.name);
    const { oldOnlyUntil } = await oldUse(db, change.name);
    const writers = `the last instance that wrote only the old shape was there ${ago(oldOnlyUntil, now)}`;
    if (last === undefined) return failed(`no clean verification; ${writers}`);
    const told = `last clean verification begun ${ago(last, now)}; ${writers}`;
    return oldOnlyUntil === null || last > oldOnlyUntil ? passed(told) : failed(told);
  },
};

/** Starts of the verifications since the last one that found something, newest first. */
async function cleanVerifications(db: GateContext['db'], change: string): Promise<Date[]> {
  return (await cleanRuns(db, change)).map(({ startedAt }) => startedAt);
}

function examples(samples: readonly Mismatch[], kind: Mismatch['kind']): string {
  const shown = samples.filter((sample) => sample.kind === kind).map(showMismatch);
  return shown.length === 0 ? '' : `, for example ${shown.join('; ')}`;
}
