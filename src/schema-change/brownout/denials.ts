/** Longest wait for one replica's metrics; one that does not answer is watched by its heartbeats. */
const timeoutMs = 1_000;

const counter = /^schema_rights_denied_total(?:\{[^}]*\})?\s+(\S+)/gm;

/**
 * Watches the replicas' own counters of refused rights, which say so sooner than a heartbeat.
 *
 * @param urls the replicas' metrics, in the text format of Prometheus.
 * @returns a function that names the first replica that counted a refusal since the start; null
 *   when none has.
 */
export async function watchMetrics(urls: readonly string[]): Promise<() => Promise<string | null>> {
  const before = new Map<string, number>();
  const look = async (url: string): Promise<boolean> => {
    const count = await deniedAt(url);
    if (count === null) return false;
    const known = before.get(url) ?? count;
    // A replica that was replaced counts from 0 again.
    before.set(url, Math.min(known, count));
    return count > known;
  };
  await Promise.all(urls.map(look));
  return async () => {
    const denied = await Promise.all(urls.map(look));
    return urls.find((_, index) => denied[index] === true) ?? null;
  };
}

/** Null when the replica gives no answer. */
async function deniedAt(url: string): Promise<number | null> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
    return answer.ok ? deniedIn(await answer.text()) : null;
  } catch {
    return null;
  }
}

/** The sum of the counter over its labels; 0 when the metrics do not have it. */
export function deniedIn(metrics: string): number {
  return [...metrics.matchAll(counter)].reduce((sum, [, value]) => sum + Number(value), 0);
}
