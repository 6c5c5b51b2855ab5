import { exitCodes } from '../platform/process/exit.ts';
import { showKey } from '../schema-change/keyset.ts';
import { type Mismatch, showMismatch } from '../schema-change/verify/compare.ts';
import type { TableProgress } from '../schema-change/verify/piece.ts';
import { type Repaired, type RepairedRow, repair } from '../schema-change/verify/repair.ts';
import { type Verification, verify } from '../schema-change/verify/verify.ts';
import type { Output } from './output.ts';
import { type Common, changeOf, type Work } from './session.ts';

interface VerifyFlags extends Common {
  readonly full: boolean;
  readonly repair: boolean;
  readonly sample: number;
}

export const runVerify: Work<VerifyFlags> = async ({ pool, output, signal }, flags) => {
  const change = await changeOf(pool, flags);
  const options = { samples: flags.sample, signal };
  const repaired = flags.repair ? await repair(pool, change, options) : null;
  if (repaired !== null && !flags.json) for (const line of repairLines(repaired)) output.say(line);
  const onProgress = progressReporter(output.say);
  const found = await verify(pool, change, { ...options, full: flags.full, onProgress });
  output.result(repaired === null ? found : { repaired, ...found }, verificationLines(found));
  return found.unfilled + found.different === 0 ? 0 : exitCodes.failed;
};

function verificationLines(found: Verification): string[] {
  const wrong = found.unfilled + found.different;
  const seconds = (found.finishedAt.getTime() - found.startedAt.getTime()) / 1000;
  const compared = found.rowsChecked - found.rowsKnown;
  const known =
    found.knownSince === null
      ? ''
      : `, ${found.rowsKnown} not written since they were equal at ${found.knownSince.toISOString()}`;
  const summary = `${compared} rows compared in ${seconds.toFixed(1)} s${known}: ${wrong} mismatches`;
  if (wrong === 0) return [summary];
  return [
    `${summary} (${found.unfilled} unfilled, ${found.different} different)`,
    ...found.samples.map((sample) => `  ${sample.kind}: ${showMismatch(sample)}${wanted(sample)}`),
    'to repair from the side that is right: npm run schema -- verify --repair',
  ];
}

function wanted({ expected }: Mismatch): string {
  return expected === null ? '' : `, by the old columns ${showValues(expected)}`;
}

function repairLines({ tables, samples }: Repaired): string[] {
  return [
    ...tables.map(
      ({ table, newWritten, oldWritten }) =>
        `${table}: ${newWritten} rows repaired from the old columns, ${oldWritten} from the new ones`,
    ),
    ...samples.map((row) => `  ${row.table} ${showKey(row.key)}: ${difference(row)}`),
  ];
}

function difference({ before, after }: RepairedRow): string {
  const changed = Object.keys(after).filter((name) => before[name] !== after[name]);
  return changed
    .map((name) => `${name} ${before[name] ?? 'NULL'} -> ${after[name] ?? 'NULL'}`)
    .join(', ');
}

function showValues(values: Readonly<Record<string, string | null>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${value ?? 'NULL'}`)
    .join(', ');
}

/** Time between two lines about a table, in milliseconds. */
const tellMs = 1_000;

/** A line a table and second at the most, with the time that is left at the present pace. */
function progressReporter(say: Output['say']): (progress: TableProgress) => void {
  const begun = new Map<string, { at: number; rows: number }>();
  let toldAt = 0;
  return ({ table, rowsDone, rowsExpected, finished }) => {
    const start = begun.get(table) ?? { at: Date.now(), rows: rowsDone };
    begun.set(table, start);
    if (!finished && Date.now() - toldAt < tellMs) return;
    toldAt = Date.now();
    if (finished) return say(`${table}: ${rowsDone} rows, done`);
    const left = ((rowsExpected - rowsDone) * (toldAt - start.at)) / (rowsDone - start.rows);
    const eta = left > 0 && Number.isFinite(left) ? `, ${Math.ceil(left / 1000)} s left` : '';
    say(`${table}: ${rowsDone} of about ${rowsExpected} rows${eta}`);
  };
}
