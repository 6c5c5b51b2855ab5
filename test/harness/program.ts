import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { spawnNode } from '@scaleretail/embedded/spawn-node';

/** A server of this project as a process of its own, known by the lines that it logs. */
export interface Program {
  readonly what: string;
  readonly child: ChildProcess;
  /** Where it listens; rejects with ProgramEndedError when it ends before it does. */
  readonly address: Promise<string>;
  readonly ended: Promise<Ending>;
}

export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The last lines that it wrote. */
  readonly lastWords: readonly string[];
}

/** A server ended when it should have been at work. */
export class ProgramEndedError extends Error {
  readonly ending: Ending;

  constructor(what: string, ending: Ending) {
    const words = ending.lastWords.map((line) => `\n  ${line}`).join('');
    super(`${what} ended (${ending.signal ?? `exit code ${ending.code}`})${words}`);
    this.name = 'ProgramEndedError';
    this.ending = ending;
  }
}

const keptLines = 10;

/** Starts a server that logs its address in JSON, as the service and the sandbox gateway do. */
export function startProgram(
  script: URL,
  what: string,
  env: Readonly<Record<string, string>>,
): Program {
  const child = spawnNode(script.pathname, { env });
  const lastWords: string[] = [];
  const address = Promise.withResolvers<string>();
  address.promise.catch(() => {}); // for those who wait for its end only
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on('line', (line) => {
      lastWords.push(line);
      if (lastWords.length > keptLines) lastWords.shift();
      const found = addressIn(line);
      if (found !== undefined) address.resolve(found);
    });
  }
  const ended = endOf(child, lastWords);
  ended.then((ending) => address.reject(new ProgramEndedError(what, ending)));
  return { what, child, address: address.promise, ended };
}

async function endOf(child: ChildProcess, lastWords: readonly string[]): Promise<Ending> {
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { code, signal, lastWords };
}

function addressIn(line: string): string | undefined {
  if (!line.includes('listen')) return undefined;
  return /"(?:address|url)":"(http:[^"]+)"/.exec(line)?.[1];
}
