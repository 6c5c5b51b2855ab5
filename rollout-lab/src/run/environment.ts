import { cpus, release, totalmem, type } from 'node:os';
import type { Db } from '../world/db.ts';
import { canReprioritize } from '../world/processes.ts';
import type { Environment } from './result.ts';
import type { RunOptions } from './run-options.ts';

/** The machine and the settings of a run: what somebody needs to judge its figures. */
export function describeEnvironment(options: RunOptions, postgres = 'unknown'): Environment {
  const [cpu] = cpus();
  return {
    node: process.version,
    postgres,
    os: `${type()} ${release()}`,
    cpu: cpu?.model ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 1024 ** 3),
    replicas: options.replicas,
    rate: options.rate,
    seedOrders: options.seedOrders,
    customers: options.customers,
    profile: options.profile.name,
    startsAtLowPriority: canReprioritize,
  };
}

export async function versionOf(db: Db): Promise<string | undefined> {
  const { rows } = await db.query<{ server_version: string }>('SHOW server_version');
  return rows[0]?.server_version;
}
