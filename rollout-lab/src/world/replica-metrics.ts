import { epochMs } from '../metrics/clock.ts';
import { pause } from '../run/wait.ts';
import type { Fleet } from './fleet.ts';

/** Rows whose shapes say two things; one that is not backfilled yet is none. */
const mismatchLine = /^schema_shadow_mismatches_total\{[^}]*kind="different"[^}]*\} (\d+)/gm;

/**
 * Shadow mismatches that the live replicas have counted, read from their /metrics. A replica that
 * is just ending counts for nothing: what it saw has been judged before it was told to end.
 */
export async function countMismatches(fleet: Fleet): Promise<number> {
  const counts = await Promise.all(fleet.replicas().map(({ url }) => mismatchesOf(url)));
  return counts.reduce((sum, count) => sum + count, 0);
}

/** What a replica tells of itself; nothing when it is just ending. */
function metricsOf(url: string): Promise<string> {
  return fetch(`${url}/metrics`).then(
    (answer) => answer.text(),
    () => '',
  );
}

async function mismatchesOf(url: string): Promise<number> {
  const text = await metricsOf(url);
  return [...text.matchAll(mismatchLine)].reduce((sum, [, count]) => sum + Number(count), 0);
}

const askEveryMs = 100;
/** Nobody waits longer than this for a flag; then it counts as this long. */
const patienceMs = 10_000;

/**
 * How long it takes until every replica that is up knows that a flag was switched, ms since `since`
 * (epoch ms): read from what they tell at /metrics, so to `askEveryMs`. Null when none of them has the
 * flag.
 *
 * @throws the signal's reason
 */
export async function flagKnown(
  fleet: Fleet,
  flag: { readonly name: string; readonly enabled: boolean; readonly since: number },
  signal: AbortSignal,
): Promise<number | null> {
  const line = new RegExp(`^flags_enabled\\{[^}]*flag="${flag.name}"[^}]*\\} ([01])`, 'm');
  const wanted = flag.enabled ? '1' : '0';
  for (;;) {
    const texts = await Promise.all(fleet.replicas().map(({ url }) => metricsOf(url)));
    const told = texts.flatMap((text) => line.exec(text)?.[1] ?? []);
    const took = epochMs() - flag.since;
    if (told.length === 0) return null;
    if (told.every((value) => value === wanted) || took > patienceMs) return took;
    await pause(askEveryMs, signal);
  }
}
