import { cheapMs, type Signal } from './signal.ts';

/** A checkpoint's full page images come in bursts; a second evens out what is none. */
const windowMs = 1_000;
const megabyte = 1_000_000;

/**
 * How fast the server writes WAL, whoever makes it. An archiver and the replicas have to carry all
 * of it, and when they cannot it piles up on the disk.
 */
export const walRate: Signal = {
  name: 'wal-rate',
  unit: 'MB/s',
  means: 'how fast the server writes WAL',
  // Twice what a line of 1 Gbit/s carries to a replica, and above what one backfill makes (60 to
  // 110 MB/s, full page images included): below it, replica-lag is the finer sign.
  threshold: 250,
  everyMs: cheapMs,
  watch({ db }) {
    let looks: { at: number; bytes: number }[] = [];
    return async () => {
      const { rows } = await db.query<{ bytes: number }>(
        `SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint AS bytes`,
      );
      const now = { at: performance.now(), bytes: rows[0]?.bytes ?? 0 };
      looks = [...looks.filter(({ at }) => at >= now.at - windowMs), now];
      const [first = now] = looks;
      const seconds = (now.at - first.at) / 1000;
      // Over too short a time a single flush looks like a flood.
      if (seconds < 0.5) return { kind: 'quiet', note: 'first looks' };
      return { kind: 'measured', value: (now.bytes - first.bytes) / megabyte / seconds };
    };
  },
};
