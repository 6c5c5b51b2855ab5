import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findFreePort } from '@scaleretail/embedded/free-port';
import { createLogin } from '@scaleretail/embedded/login';
import { serverUser } from '@scaleretail/embedded/server-user';
import pg from 'pg';
import { inject, onTestFinished } from 'vitest';
import { serviceRole } from '../../src/schema-change/brownout.ts';
import type { TestDatabase } from './database.ts';
import { refusesConnections, until } from './wait.ts';

const program = 'pgbouncer';
/** Debian keeps it where only root's path looks. */
const env = { PATH: `${process.env.PATH}:/usr/sbin` };

/** CI has to have it; a developer's machine may do without. */
export const mayTestPgbouncer =
  process.env.CI !== undefined || spawnSync(program, ['--version'], { env }).status === 0;

export interface PgBouncer {
  /** The database through it, for a login of its own that is set up as the documentation says. */
  readonly url: string;
  /** The same login without it. */
  readonly directUrl: string;
  readonly login: string;
  /** Has connections to the server opened anew, as after a change of the login's settings. */
  reconnect(): Promise<void>;
}

export interface PgBouncerOptions {
  /** Connections to the server that all clients share. */
  readonly poolSize: number;
  /** Whether start-up parameters are swallowed, as many set-ups do, instead of refused. */
  readonly swallowsParameters?: boolean;
  /** How long somebody may wait for one of the connections; absent: as documented. */
  readonly waitSeconds?: number;
}

/** A real PgBouncer in transaction mode on a free port; ended with the test that asks for it. */
export async function pgbouncerFor(
  database: TestDatabase,
  { poolSize, swallowsParameters = false, waitSeconds }: PgBouncerOptions,
): Promise<PgBouncer> {
  const directUrl = await createLogin(database.pool, database.url, serviceRole);
  const url = new URL(directUrl);
  const login = url.username;
  const port = await findFreePort();
  const file = (ending: string) => join(inject('scratchFolder'), `${program}-${port}.${ending}`);
  const settings = withValues(documented('ini'), {
    shop: `host=127.0.0.1 port=${url.port}`,
    listen_addr: '127.0.0.1',
    listen_port: String(port),
    auth_file: file('users'),
    default_pool_size: String(poolSize),
    ...(waitSeconds !== undefined && { query_wait_timeout: String(waitSeconds) }),
  });
  const swallowed = 'statement_timeout,lock_timeout,idle_in_transaction_session_timeout,options';
  const more = swallowsParameters ? `ignore_startup_parameters = ${swallowed}\n` : '';
  writeFileSync(file('ini'), settings.replace(/^shop =/m, '* =') + more);
  writeFileSync(file('users'), await prepareLogin(database, login));
  await start(file('ini'), port);
  url.port = String(port);
  return { url: url.href, directUrl, login, reconnect: () => reconnect(port) };
}

/** What the documentation gives to operators in a language is what is tested. */
function documented(language: 'ini' | 'sql'): string {
  const text = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');
  const section = text.slice(text.indexOf('## Behind PgBouncer'));
  const [, block] = new RegExp(`\`\`\`${language}\n([^\`]+)\`\`\``).exec(section) ?? [];
  if (block === undefined) throw new Error(`docs/operations.md gives no ${language}`);
  return block.replace(/^ +/gm, '');
}

/** Settings with other values; one that is not there is a mistake in the test or in the document. */
function withValues(ini: string, values: Readonly<Record<string, string>>): string {
  return Object.entries(values).reduce((text, [name, value]) => {
    const line = new RegExp(`^${name} =.*$`, 'm');
    if (!line.test(text)) throw new Error(`docs/operations.md does not set ${name}`);
    return text.replace(line, `${name} = ${value}`);
  }, ini);
}

/** Who may give PgBouncer commands, by the documented `admin_users`. */
const operator = 'operator';

/** Does to a login what the documentation says, and gives the file of users with it. */
async function prepareLogin(database: TestDatabase, login: string): Promise<string> {
  const statements = documented('sql').replaceAll('shop', login);
  const done: unknown = await database.pool.query(statements);
  const [last] = (done as pg.QueryResult<{ line: string }>[]).slice(-1);
  return `"${operator}" "${operator}"\n${last?.rows[0]?.line ?? ''}\n`;
}

async function start(settingsFile: string, port: number): Promise<void> {
  const child = spawn(program, ['--quiet', settingsFile], {
    env,
    stdio: 'ignore',
    // In a group of its own: a Ctrl-C in the terminal is for the test, which then ends it.
    detached: true,
    ...serverUser(), // like PostgreSQL it refuses to run as root
  });
  await once(child, 'spawn');
  onTestFinished(() => end(child));
  const url = `http://127.0.0.1:${port}`;
  await until(async () => !(await refusesConnections(url)), `${program} listens`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

async function reconnect(port: number): Promise<void> {
  const console = new pg.Client(`postgres://${operator}:${operator}@127.0.0.1:${port}/pgbouncer`);
  await console.connect();
  await console.query('RECONNECT');
  await console.end();
}
