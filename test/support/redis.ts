import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { findFreePort } from '@scaleretail/embedded/free-port';
import { refusesConnections, until } from './wait.ts';

export interface RedisServer {
  readonly url: string;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
  /** Lets it stand still, its connections open, until `goOn`. */
  standStill(): void;
  goOn(): void;
  /** Starts it again on the same port, with nothing in it. */
  restart(): Promise<void>;
}

const program = 'redis-server';

/** CI has to have a server; a developer's machine may do without. */
export const mayTestRedis =
  process.env.CI !== undefined || spawnSync(program, ['--version']).status === 0;

/** A real Redis on a free port that keeps nothing on disk. */
export async function startRedis(): Promise<RedisServer> {
  const port = await findFreePort();
  const url = `redis://127.0.0.1:${port}`;
  let child: ChildProcess | undefined;

  async function start(): Promise<void> {
    const options = { port, bind: '127.0.0.1', save: '', appendonly: 'no' };
    const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
    // In a group of its own: a Ctrl-C in the terminal is for the test, which then ends it.
    child = spawn(program, args, { stdio: 'ignore', detached: true });
    await once(child, 'spawn');
    await until(async () => !(await refusesConnections(url)), `${program} listens`);
  }

  async function kill(): Promise<void> {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    child = undefined;
    await ended;
  }

  await start();
  return {
    url,
    kill,
    restart: start,
    standStill: () => void child?.kill('SIGSTOP'),
    goOn: () => void child?.kill('SIGCONT'),
  };
}
