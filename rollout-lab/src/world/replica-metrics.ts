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

async function mismatchesOf(url: string): Promise<number> {
  const text = await fetch(`${url}/metrics`).then(
    (answer) => answer.text(),
    () => '',
  );
  return [...text.matchAll(mismatchLine)].reduce((sum, [, count]) => sum + Number(count), 0);
}
