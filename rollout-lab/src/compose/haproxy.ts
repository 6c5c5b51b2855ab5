import { validatePools } from '../router/errors.ts';
import type { Pool, ReplicaAddress, ReplicaStats, Router, RouterStats } from '../router/types.ts';
import type { RouterAccess } from './config.ts';
import { askHaproxy, RouterUnreachableError } from './haproxy-socket.ts';

/** Names in compose/haproxy/haproxy.cfg. */
const backends = ['pool-1', 'pool-2'] as const;
const slotsOf = Array.from({ length: 8 }, (_, n) => `r${n + 1}`);
const routeMap = '/usr/local/etc/haproxy/route.map';
const statsEveryMs = 100;

type Backend = (typeof backends)[number];

/** A server of a backend, and the replica that it stands for. */
interface Slot {
  readonly backend: Backend;
  readonly server: string;
  replica: (ReplicaAddress & { readonly release: string }) | null;
}

interface Health {
  readonly ready: boolean;
  readonly inFlight: number;
  readonly requests: number;
}

/**
 * HAProxy as the router, by its runtime API: nothing is reloaded. A pool is a backend, and keeps it
 * while it is there; a replica is a server of it, whose address is set. Which cohort goes where is one
 * entry of a map, so that it changes for all requests in one moment.
 */
export class HaproxyRouter implements Router {
  readonly url: string;
  readonly publicUrl: string;
  readonly port: number;
  readonly #socket: string;
  readonly #slots: readonly Slot[] = backends.flatMap((backend) =>
    slotsOf.map((server): Slot => ({ backend, server, replica: null })),
  );
  readonly #poolOf = new Map<Backend, string>();
  readonly #timer: NodeJS.Timeout;
  #health = new Map<string, Health>();

  private constructor({ url, shopUrl, socket }: RouterAccess) {
    this.url = url;
    this.publicUrl = shopUrl;
    this.port = Number(new URL(url).port || 80);
    this.#socket = socket;
    this.#timer = setInterval(() => void this.#look().catch(() => {}), statsEveryMs).unref();
  }

  /** Takes over a HAProxy, whatever was set before: no replica is behind it then. */
  static async open(access: RouterAccess): Promise<HaproxyRouter> {
    const router = new HaproxyRouter(access);
    try {
      await router.#command(router.#slots.map(({ backend, server }) => off(backend, server)));
      await router.set([]);
      return router;
    } catch (error) {
      await router.close();
      throw error;
    }
  }

  async set(pools: readonly Pool[]): Promise<void> {
    validatePools(pools);
    this.#assign(pools);
    const placed = pools.map((pool) => ({ pool, backend: this.#backendOf(pool.release) }));
    const commands = placed.flatMap(({ pool, backend }) => this.#place(pool, backend));
    const kept = new Set(placed.flatMap(({ pool }) => pool.replicas.map(({ id }) => id)));
    // Who is new can be reached before the traffic turns to it; who is gone, after it has turned away.
    await this.#command([...commands, routeTo(placed)]);
    await this.#command(this.#remove(kept));
    await this.#look();
  }

  async phase(name: string): Promise<void> {
    await this.#command([`set map ${routeMap} phase ${name}`]);
  }

  stats(): RouterStats {
    const replicas = this.#slots.flatMap(({ backend, server, replica }): ReplicaStats[] => {
      if (replica === null) return [];
      const health = this.#health.get(`${backend}/${server}`);
      const { ready = false, inFlight = 0, requests = 0 } = health ?? {};
      return [{ ...replica, ready, inFlight, requests, removed: false }];
    });
    return { replicas, cpuMs: null };
  }

  /** Looks no longer; HAProxy goes on with what was set last. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
  }

  /** A pool that stays keeps its backend; a new one gets what is free. */
  #assign(pools: readonly Pool[]): void {
    const wanted = new Set(pools.map(({ release }) => release));
    for (const [backend, release] of this.#poolOf)
      if (!wanted.has(release)) this.#poolOf.delete(backend);
    for (const release of wanted) {
      if ([...this.#poolOf.values()].includes(release)) continue;
      const free = backends.find((backend) => !this.#poolOf.has(backend));
      if (free !== undefined) this.#poolOf.set(free, release);
    }
  }

  #backendOf(release: string): Backend {
    const found = backends.find((backend) => this.#poolOf.get(backend) === release);
    if (found === undefined) throw new Error(`no backend is left for ${release}`);
    return found;
  }

  /** Commands that put the replicas of a pool behind its backend. */
  #place({ release, replicas }: Pool, backend: Backend): string[] {
    return replicas.flatMap((replica) => {
      const slots = this.#slots.filter((slot) => slot.backend === backend);
      if (slots.some((slot) => slot.replica?.id === replica.id)) return [];
      const slot = slots.find((candidate) => candidate.replica === null);
      if (slot === undefined) throw new Error(`${backend} has no room for ${replica.id}`);
      slot.replica = { release, ...replica };
      return on(backend, slot.server, new URL(replica.url));
    });
  }

  /** Commands that take out whoever is not kept, or is behind a backend that is no pool's any more. */
  #remove(kept: ReadonlySet<string>): string[] {
    return this.#slots.flatMap((slot) => {
      const { backend, server, replica } = slot;
      if (replica === null || (kept.has(replica.id) && this.#poolOf.has(backend))) return [];
      slot.replica = null;
      return [off(backend, server)];
    });
  }

  async #look(): Promise<void> {
    this.#health = readStats(await askHaproxy(this.#socket, ['show stat']));
  }

  /** What is not understood is told in words; what is done, with nothing or a short note. */
  async #command(commands: readonly string[]): Promise<void> {
    if (commands.length === 0) return;
    const said = await askHaproxy(this.#socket, commands);
    if (/unknown|no such|invalid|can't|cannot|failed|require/i.test(said)) {
      throw new RouterUnreachableError(this.#socket, `refused a command: ${said.trim()}`);
    }
  }
}

const off = (backend: string, server: string) => `set server ${backend}/${server} state maint`;

const on = (backend: string, server: string, { hostname, port }: URL): string[] => [
  `set server ${backend}/${server} addr ${hostname} port ${port}`,
  `set server ${backend}/${server} state ready`,
];

interface Placed {
  readonly pool: Pool;
  readonly backend: Backend;
}

/** The entry of the map; see the configuration. Weights are in hundredths of a percent there. */
function routeTo([first, canary]: readonly Placed[]): string {
  const everybody = first === undefined ? ['pool-1', 'none'] : [first.backend, first.pool.release];
  const cohort = canary === undefined ? ['', ''] : [canary.backend, canary.pool.release];
  const weight = Math.round((canary?.pool.weight ?? 0) * 100);
  return `set map ${routeMap} route ${[...everybody, ...cohort, weight].join(':')}`;
}

/** The servers in what `show stat` says: CSV whose first line names the columns after a `# `. */
export function readStats(csv: string): Map<string, Health> {
  const [head = '', ...lines] = csv.trim().split('\n');
  const columns = head.replace(/^# /, '').split(',');
  const at = (name: string) => columns.indexOf(name);
  const servers = lines.map((line) => line.split(','));
  return new Map(
    servers.map((fields) => [
      `${fields[at('pxname')]}/${fields[at('svname')]}`,
      {
        ready: /^UP/.test(fields[at('status')] ?? ''),
        inFlight: Number(fields[at('scur')]),
        requests: Number(fields[at('stot')]),
      },
    ]),
  );
}
