import type pg from 'pg';

/** What the run has stored so far. */
export interface Stored {
  readonly orders: number;
  readonly payments: number;
}

/**
 * A row younger than this is counted again with every look, an older one never: what a request
 * writes is committed, or not at all, long before.
 */
const settledMs = 30_000;

const countSql = (table: string, condition: string) => `
SELECT count(*)::int AS n FROM ${table}
WHERE id >= $1::uuid AND id < $2::uuid AND customer_id <> $3 AND ${condition}`;

/**
 * Counts the rows of the run by their ids, which are UUIDv7 and so in the order of time: by the
 * primary key, and only the young ones again, so that a look takes the same at the end of a long run.
 */
export class TradeCounts {
  readonly #db: pg.Client;
  /** A customer of the lab itself, whom the load does not play. */
  readonly #guest: string;
  #settledTo: number;
  #settled: Stored = { orders: 0, payments: 0 };
  readonly #from: number;

  /** `from` is the begin of the run in epoch ms. */
  constructor(db: pg.Client, guest: string, from: number) {
    this.#db = db;
    this.#guest = guest;
    this.#from = from;
    this.#settledTo = from;
  }

  async look(now: number): Promise<Stored> {
    const settledTo = Math.max(this.#settledTo, now - settledMs);
    this.#settled = add(this.#settled, await this.#count(this.#settledTo, settledTo));
    this.#settledTo = settledTo;
    return add(this.#settled, await this.#count(settledTo, endOfTime));
  }

  /** Everything anew, as slow as that is: what became of a row later counts as well. */
  all(): Promise<Stored> {
    return this.#count(this.#from, endOfTime);
  }

  async #count(from: number, to: number): Promise<Stored> {
    if (from >= to) return { orders: 0, payments: 0 };
    const range = [firstIdAt(from), firstIdAt(to), this.#guest];
    const one = async (table: string, condition: string) => {
      const { rows } = await this.#db.query<{ n: number }>(countSql(table, condition), range);
      return rows[0]?.n ?? 0;
    };
    return {
      orders: await one('orders', 'true'),
      payments: await one('payments', "status = 'captured'"),
    };
  }
}

/** The last moment that an id has room for: 48 bits of ms. */
const endOfTime = 2 ** 48 - 1;

/** The lowest UUID of a moment: RFC 9562, 5.7. */
function firstIdAt(ms: number): string {
  const hex = Math.floor(ms).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}

function add(a: Stored, b: Stored): Stored {
  return { orders: a.orders + b.orders, payments: a.payments + b.payments };
}
