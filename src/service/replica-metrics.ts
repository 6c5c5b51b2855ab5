import { Gauge } from 'prom-client';
import { flagNames, type Tracker } from '../changes/changes.ts';
import type { Flags } from '../platform/flags/flags.ts';
import type { Health } from '../platform/http/health.ts';
import type { Metrics } from '../platform/metrics.ts';
import type { Database } from '../platform/postgres/database.ts';
import { schemaStates } from '../releases.ts';
import { phases } from '../schema-change/phases/phases.ts';

const phaseNames = phases.map(({ name }) => name);

/** What is looked at, of each part. */
export interface ReplicaParts {
  readonly database: Pick<Database, 'connections'>;
  readonly flags: Pick<Flags, 'isOn'>;
  readonly tracker: Pick<Tracker, 'current'>;
  readonly health: Pick<Health, 'notReady' | 'draining'>;
}

interface Plain {
  readonly name: string;
  readonly help: string;
  readonly read: () => number;
}

type Labels = Readonly<Record<string, string>>;

interface Labelled {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  /** A number for each combination of labels. */
  readonly read: () => readonly (readonly [Labels, number])[];
}

/** What a replica says of itself: nothing is kept up to date, each scrape looks. */
export function registerReplicaMetrics(metrics: Metrics, parts: ReplicaParts): void {
  const registers = [metrics.registry];
  for (const { name, help, read } of plainGauges(parts)) {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  }
  for (const { name, help, labels, read } of labelledGauges(parts)) {
    new Gauge({
      name,
      help,
      labelNames: [...labels],
      registers,
      collect() {
        for (const [values, number] of read()) this.set(values, number);
      },
    });
  }
}

function plainGauges({ database, health }: ReplicaParts): Plain[] {
  return [
    {
      name: 'replica_ready',
      help: '1 while /readyz answers 200.',
      read: () => Number(health.notReady() === null),
    },
    {
      name: 'replica_draining',
      help: '1 once the replica has been told to end.',
      read: () => Number(health.draining()),
    },
    {
      name: 'postgres_pool_max_connections',
      help: 'Connections that the pool may open: DATABASE_POOL_SIZE.',
      read: () => database.connections().size,
    },
    {
      name: 'postgres_pool_waiting_requests',
      help: 'Callers that wait for a free connection.',
      read: () => database.connections().waiting,
    },
  ];
}

function labelledGauges({ database, flags, tracker }: ReplicaParts): Labelled[] {
  return [
    {
      name: 'postgres_pool_connections',
      help: 'Open connections of the pool by state: idle, busy.',
      labels: ['state'],
      read: () => {
        const { open, idle } = database.connections();
        return [
          [{ state: 'idle' }, idle],
          [{ state: 'busy' }, open - idle],
        ];
      },
    },
    {
      name: 'flags_enabled',
      help: '1 while a flag is on at the flag server, for whatever share of the customers.',
      labels: ['flag'],
      read: () => flagNames.map((flag) => [{ flag }, Number(flags.isOn(flag))] as const),
    },
    {
      name: 'schema_phase',
      help: '1 for the oldest phase of a change that a request is given now; a rollout gives some a later one.',
      labels: ['change', 'phase'],
      read: () =>
        tracker
          .current()
          .flatMap(({ change, oldestPhase }) =>
            phaseNames.map(
              (phase) => [{ change, phase }, Number(phase === oldestPhase.name)] as const,
            ),
          ),
    },
    {
      name: 'schema_state',
      help: '1 for the state of a change that the replica last heard of.',
      labels: ['change', 'state'],
      read: () =>
        tracker
          .current()
          .flatMap(({ change, schema }) =>
            schemaStates.map((state) => [{ change, state }, Number(state === schema)] as const),
          ),
    },
  ];
}
