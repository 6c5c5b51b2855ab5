import type { ReleaseName } from '../../src/releases.ts';
import { pause } from './interrupt.ts';
import { type Program, ProgramEndedError, startProgram } from './program.ts';

const script = new URL('../../src/server.ts', import.meta.url);
const pollMs = 25;

/** Starts a process of the service, on a free port. */
export function startReplica(
  id: string,
  release: ReleaseName,
  env: Readonly<Record<string, string>>,
): Program {
  const own = { RELEASE: release, INSTANCE_ID: id, PORT: '0', LOG_LEVEL: 'info' };
  return startProgram(script, `replica ${id}`, { ...env, ...own });
}

/**
 * Waits until a replica answers that it may get traffic; gives its address.
 *
 * @throws {ProgramEndedError} when it ends before that.
 */
export async function untilReady(replica: Program, signal: AbortSignal): Promise<string> {
  const url = await replica.address;
  const ended = replica.ended.then((ending) => {
    throw new ProgramEndedError(replica.what, ending);
  });
  const ready = async () => {
    while (!(await isReady(url))) await Promise.race([pause(pollMs, signal), ended]);
    return url;
  };
  return Promise.race([ready(), ended]);
}

/** What a router asks: whether to send requests there. One that cannot be asked is not ready. */
export async function isReady(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) });
    await answer.body?.cancel();
    return answer.ok;
  } catch {
    return false;
  }
}
