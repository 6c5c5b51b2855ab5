import { createInterface } from 'node:readline';
import type { Launch, Launched } from '../world/fleet.ts';
import { ProcessFailedError, parseLogLine } from '../world/processes.ts';
import type { Supervisors } from './supervisors.ts';

const servicePort = 3000;

/**
 * Starts replicas in containers that are there already, each with a supervisor that waits for its turn.
 * `env` is the pace of the run: variables of the service.
 */
export function supervisedLauncher(
  supervisors: Supervisors,
  env: Readonly<Record<string, string>>,
): (launch: Launch) => Launched {
  /** Containers with a replica in them, or about to be. */
  const taken = new Set<string>();
  return (launch) => {
    const url = Promise.withResolvers<string>();
    const place = take(supervisors, launch, taken);
    const work = async () => {
      const address = await place;
      await conduct(supervisors, { launch, env, address, url }).finally(() =>
        taken.delete(address),
      );
    };
    const ended = work().catch((error: unknown) => url.reject(error));
    const signal = async (name: 'SIGTERM' | 'SIGKILL') => {
      const address = await place.catch(() => null);
      // Where nobody takes the order any more, nothing runs.
      if (address !== null) await supervisors.signal(address, name).catch(() => {});
    };
    return {
      url: url.promise,
      ended,
      becameReady: () => {},
      async stop(graceMs) {
        const timer = setTimeout(() => void signal('SIGKILL'), graceMs);
        await Promise.all([signal('SIGTERM'), ended]);
        clearTimeout(timer);
      },
      kill: () => void signal('SIGKILL'),
    };
  };
}

/** A container of the release that has nothing to do. @throws {ProcessFailedError} */
async function take(
  supervisors: Supervisors,
  { id, release }: Launch,
  taken: Set<string>,
): Promise<string> {
  const there = await supervisors.addressesOf(release);
  const address = there.find((candidate) => !taken.has(candidate));
  if (address === undefined) {
    const why = `was not started: ${there.length} containers of release ${release}, and none is free`;
    throw new ProcessFailedError(`replica ${id}`, why, []);
  }
  taken.add(address);
  return address;
}

interface Conducted {
  readonly launch: Launch;
  readonly env: Readonly<Record<string, string>>;
  readonly address: string;
  readonly url: PromiseWithResolvers<string>;
}

/** Starts the service there and hears of its way; resolves when it has ended. */
async function conduct(
  supervisors: Supervisors,
  { launch, env, address, url }: Conducted,
): Promise<void> {
  const failed = (how: string, lastWords: readonly string[] = []) =>
    url.reject(new ProcessFailedError(`replica ${launch.id}`, how, lastWords));
  try {
    const own = { INSTANCE_ID: launch.id, FAULTS: launch.faults };
    const events = await supervisors.start(address, { ...env, ...own });
    for await (const line of createInterface({ input: events })) {
      const { event, how, lastWords } = parseLogLine(line) ?? {};
      if (event === 'listening') url.resolve(`http://${address}:${servicePort}`);
      if (event !== 'ended') continue;
      const said = Array.isArray(lastWords) ? lastWords.map(String) : [];
      failed(`ended before it was ready (${how})`, said);
    }
    failed('lost its container before it was ready');
  } catch (error) {
    failed(error instanceof Error ? error.message : String(error));
  }
}
