import { isDeepStrictEqual } from 'node:util';
import pg from 'pg';
import type { Change } from '../../changes/change.ts';
import type { FeedEntry, ReplicaChanged } from '../../feed/events.ts';
import type { Feed } from '../../feed/feed.ts';
import type { ChargeLedger } from '../../ledger/ledgers.ts';
import { epochMs } from '../../metrics/clock.ts';
import { ChargeCount } from './charge-count.ts';
import { lookAtColumns } from './columns.ts';
import { TradeCounts } from './trade-counts.ts';

const everyMs = 1_000;
/**
 * The replicas make their ids by a clock that may have been set since this process began to count.
 * Nobody orders anything in the moments before a run.
 */
const clockMarginMs = 10_000;
/** A look that waits for a lock is given up. */
const patienceMs = 5_000;

interface Watched {
  /** As the owner of the schema. */
  readonly databaseUrl: string;
  readonly charges: ChargeLedger;
  readonly change: Change;
  /** A customer of the lab itself. */
  readonly guest: string;
  /** What the load was told so far. */
  readonly told: () => { readonly orders: number; readonly payments: number };
  readonly feed: Feed;
}

const phasesSql = `
SELECT instance_id AS id, phase FROM service_instance_changes WHERE change_name = $1`;

/**
 * Made before the first request, it tells once a second what the database and the gateway have:
 * ledgers, columns, phases of the replicas, each when it has changed. It has a connection of its own,
 * asks for what costs next to nothing, and whatever goes wrong with it is nobody's trouble.
 */
export class WorldWatch {
  readonly #watched: Watched;
  readonly #db: pg.Client;
  readonly #counts: TradeCounts;
  readonly #charges: ChargeCount;
  readonly #replicas = new Map<string, ReplicaChanged>();
  readonly #told = new Map<string, FeedEntry>();
  readonly #leave: () => void;
  readonly #timer: NodeJS.Timeout;
  #look: Promise<void> | null = null;

  constructor(watched: Watched) {
    this.#watched = watched;
    const { databaseUrl, feed, guest, charges } = watched;
    this.#db = new pg.Client({
      connectionString: databaseUrl,
      application_name: 'rollout-lab/watch',
      statement_timeout: patienceMs,
    });
    this.#db.on('error', () => {});
    this.#counts = new TradeCounts(this.#db, guest, epochMs() - clockMarginMs);
    this.#charges = new ChargeCount(charges);
    for (const event of feed.timeline) if (event.type === 'replica') this.#remember(event);
    this.#leave = feed.listen((event) => event.type === 'replica' && this.#remember(event));
    this.#begin(async () => void (await this.#db.connect()));
    this.#timer = setInterval(() => this.#begin(() => this.#lookAtAll()), everyMs).unref();
  }

  /** Counts everything once more, exactly, and ends. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#look;
    await this.#ledgers(true).catch(() => {});
    this.#leave();
    await this.#db.end().catch(() => {});
  }

  /** A look that takes longer than the time between two is the only one. */
  #begin(look: () => Promise<void>): void {
    this.#look ??= look()
      .catch(() => {
        // A table was locked, a column went in the same moment: the next look sees it.
      })
      .finally(() => {
        this.#look = null;
      });
  }

  async #lookAtAll(): Promise<void> {
    await this.#phases();
    await this.#ledgers(false);
    this.#tell({ type: 'schema', ...(await lookAtColumns(this.#db, this.#watched.change)) });
  }

  async #ledgers(exactly: boolean): Promise<void> {
    const stored = exactly ? await this.#counts.all() : await this.#counts.look(epochMs());
    const charged = await this.#charges.look();
    this.#tell({ type: 'ledger', told: this.#watched.told(), stored, charged });
  }

  async #phases(): Promise<void> {
    const { change, feed } = this.#watched;
    const { rows } = await this.#db.query<{ id: string; phase: string }>(phasesSql, [change.name]);
    for (const { id, phase } of rows) {
      const { type, release, state, phase: before } = this.#replicas.get(id) ?? {};
      if (type === undefined || release === undefined || state !== 'ready') continue;
      if (phase !== before) feed.emit({ type, id, release, state, phase });
    }
  }

  /** Once for as long as it stays the same. */
  #tell(entry: FeedEntry): void {
    if (isDeepStrictEqual(this.#told.get(entry.type), entry)) return;
    this.#told.set(entry.type, entry);
    this.#watched.feed.emit(entry);
  }

  #remember(event: ReplicaChanged): void {
    this.#replicas.set(event.id, event);
  }
}
