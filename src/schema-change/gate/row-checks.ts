import { oldUse } from '../instances.ts';
import { type Mismatch, showMismatch } from '../verify/compare.ts';
import { cleanRuns } from '../verify/runs.ts';
import type { Verification } from '../verify/verify.ts';
import { ago, failed, passed } from './evidence.ts';
import type { Check } from './gate.ts';

export const rowsFilled: Check = {
  name: 'rows-filled',
  async run({ compareNow }) {
    const found = await compareNow();
    if (found === null) return failed('there are not two shapes to compare');
    const told = `${found.unfilled} of ${found.rowsChecked} rows without the new columns${knownOf(found)}`;
    return found.unfilled === 0 ? passed(told) : failed(told + examples(found.samples, 'unfilled'));
  },
};

export const rowsEqual: Check = {
  name: 'rows-equal',
  async run({ compareNow }) {
    const found = await compareNow();
    if (found === null) return failed('there are not two shapes to compare');
    const told = `${found.different} of ${found.rowsChecked} rows say two different things${knownOf(found)}`;
    return found.different === 0
      ? passed(told)
      : failed(told + examples(found.samples, 'different'));
  },
};

export const verifiedTwice: Check = {
  name: 'verifications',
  async run({ db, change, now, maxEvidenceAgeSeconds: maxAgeSeconds }) {
    const runs = await cleanRuns(db, change.name);
    const { lastWritten } = await oldUse(db, change.name);
    const after = runs.filter(({ startedAt }) => lastWritten === null || startedAt > lastWritten);
    const told = `${runs.length} in a row without mismatch, ${after.length} of them begun after the last write of the old columns (${ago(lastWritten, now)})`;
    const [last] = after;
    if (runs.length < 2 || last === undefined) return failed(told);
    return passed(`${told}; the last ${ago(last.startedAt, now)}`, {
      at: last.startedAt,
      maxAgeSeconds,
    });
  },
};

export const verifiedSinceOldWriters: Check = {
  name: 'verified-since-old-writers',
  async run({ db, change, now, maxEvidenceAgeSeconds: maxAgeSeconds }) {
    const [last] = await cleanRuns(db, change.name);
    const { oldOnlyUntil } = await oldUse(db, change.name);
    const writers = `the last instance that wrote only the old shape was there ${ago(oldOnlyUntil, now)}`;
    if (last === undefined) return failed(`no clean verification; ${writers}`);
    const at = last.startedAt;
    const told = `last clean verification begun ${ago(at, now)}; ${writers}`;
    const since = oldOnlyUntil === null || at > oldOnlyUntil;
    return since ? passed(told, { at, maxAgeSeconds }) : failed(told, { at, maxAgeSeconds });
  },
};

function examples(samples: readonly Mismatch[], kind: Mismatch['kind']): string {
  const shown = samples.filter((sample) => sample.kind === kind).map(showMismatch);
  return shown.length === 0 ? '' : `, for example ${shown.join('; ')}`;
}

function knownOf({ rowsKnown, knownSince }: Verification): string {
  return knownSince === null
    ? ''
    : ` (${rowsKnown} of them not written since ${knownSince.toISOString()}, when they were equal)`;
}
