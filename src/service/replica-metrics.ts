import { Gauge } from 'prom-client';
import { type Flags, flagNames } from '../platform/flags/flags.ts';
import type { Health } from '../platform/http/health.ts';
import type { Metrics } from '../platform/metrics.ts';
import type { Database } from '../platform/postgres/database.ts';
import { schemaStates } from '../releases.ts';
import type { PhaseTracker } from '../schema-change/phase-tracker.ts';
import { phases } from '../schema-change/phases.ts';

const phaseNames = phases.map(({ name }) => name);

export interface ReplicaParts {
  readonly database: Database;
  readonly flags: Flags;
  readonly tracker: PhaseTracker;
  readonly health: Health;
}

interface Plain {
  readonly name: string;
  readonly help: string;
  readonly read: () => number;
}

interface Labelled {
  readonly name: string;
  readonly help: string;
  readonly label: string;
  /** A number for each value of the label. */
  readonly read: () => Readonly<Record<string, number>>;
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
  for (const { name, help, label, read } of labelledGauges(parts)) {
    new Gauge({
      name,
      help,
      labelNames: [label],
      registers,
      collect() {
        for (const [value, number] of Object.entries(read())) this.set({ [label]: value }, number);
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
      label: 'state',
      read: () => {
        const { open, idle } = database.connections();
        return { idle, busy: open - idle };
      },
    },
    {
      name: 'flags_enabled',
      help: '1 while a flag is on at the flag server, for whatever share of the customers.',
      label: 'flag',
      read: () => oneEach(flagNames, (flag) => flags.isOn(flag)),
    },
    {
      name: 'schema_phase',
      help: '1 for the oldest phase that a request is given now; a rollout gives some a later one.',
      label: 'phase',
      read: () => {
        const { oldestPhase } = tracker.current();
        return oneEach(phaseNames, (name) => name === oldestPhase.name);
      },
    },
    {
      name: 'schema_state',
      help: '1 for the state of the schema that the replica last heard of.',
      label: 'state',
      read: () => oneEach(schemaStates, (state) => state === tracker.current().schema),
    },
  ];
}

function oneEach<T extends string>(
  values: readonly T[],
  is: (value: T) => boolean,
): Record<string, number> {
  return Object.fromEntries(values.map((value) => [value, Number(is(value))]));
}
