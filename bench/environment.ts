import { cpus } from 'node:os';
import type pg from 'pg';

/** Where the figures come from: without it they mean nothing. */
export interface Environment {
  readonly date: string;
  readonly node: string;
  readonly cpu: string;
  readonly cores: number;
  readonly postgres: string;
  /** The settings that decide what a commit costs, and the cache. */
  readonly settings: Readonly<Record<string, string>>;
}

const settingsSql = `
  SELECT name, current_setting(name) AS value FROM pg_settings
  WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes', 'shared_buffers')
  ORDER BY name`;

export async function readEnvironment(db: pg.Client): Promise<Environment> {
  const version = await db.query<{ server_version: string }>('SHOW server_version');
  const settings = await db.query<{ name: string; value: string }>(settingsSql);
  return {
    date: new Date().toISOString().slice(0, 10),
    node: process.version,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    postgres: version.rows[0]?.server_version ?? 'unknown',
    settings: Object.fromEntries(settings.rows.map(({ name, value }) => [name, value])),
  };
}

export function describeEnvironment(environment: Environment): string {
  const { cores, cpu, node, postgres, settings } = environment;
  const set = Object.entries(settings).map(([name, value]) => `${name} ${value}`);
  return `${environment.date}, ${cores} × ${cpu}, Node ${node}, PostgreSQL ${postgres} embedded: ${set.join(', ')}`;
}
