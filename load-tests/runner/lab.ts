import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { spawnNode } from '@scaleretail/embedded/spawn-node';
import type { Ending, FromLab, FromLoad, Open } from '../companion.ts';

const program = fileURLToPath(new URL('../../rollout-lab/src/main.ts', import.meta.url));
/** As package.json has the lab started. */
const nodeOptions = ['--max-semi-space-size=4', '--single-threaded-gc'];

/** What sends its load beside the lab's. */
export interface Beside {
  /** To resolve when the rollout may begin. */
  open(shop: Open): Promise<void>;
  /** To resolve when it has stopped, with the file of what its customers were told. */
  ending(lab: Ending): Promise<string | null>;
}

/**
 * Runs the lab with a load beside it, its words handed on line by line; resolves with its exit code.
 * When the load fails the lab is ended, and what failed is thrown.
 */
export async function runLab(
  args: readonly string[],
  beside: Beside,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<number> {
  const child = spawnNode(program, { args: [...args, '--companion'], nodeOptions, env: env() });
  for (const stream of [child.stdout, child.stderr]) {
    if (stream !== null) createInterface({ input: stream }).on('line', say);
  }
  const stop = () => void child.kill('SIGTERM');
  signal.addEventListener('abort', stop, { once: true });
  let failure: unknown = null;
  child.on('message', (message: FromLab) => {
    answer(child, message, beside).catch((error) => {
      failure ??= error;
      stop();
    });
  });
  const [code, how] = await once(child, 'close');
  if (failure !== null) throw failure;
  return code ?? (how === 'SIGINT' ? 130 : 143);
}

async function answer(child: ChildProcess, message: FromLab, beside: Beside): Promise<void> {
  const tell = (words: FromLoad) => void child.send(words);
  if (message.type === 'open') {
    await beside.open(message);
    tell({ type: 'ready' });
  } else {
    tell({ type: 'ended', toldFile: await beside.ending(message) });
  }
}

/** Where temporary folders are, and for whom: the rest of the lab's world is its own. */
const env = (): Record<string, string> =>
  Object.fromEntries(
    ['HOME', 'TMPDIR', 'XDG_CACHE_HOME', 'NO_COLOR'].flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
