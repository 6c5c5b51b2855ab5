import { connect } from 'node:net';

/** HAProxy refused a command of its runtime API, or is not there. */
export class RouterUnreachableError extends Error {
  constructor(socket: string, why: string) {
    super(`the runtime API of HAProxy at ${socket} ${why}`);
    this.name = 'RouterUnreachableError';
  }
}

const withinMs = 5_000;

/**
 * Sends commands to HAProxy's runtime API and gives what it says to them, in their order
 * (https://docs.haproxy.org/3.2/management.html#9.3).
 *
 * @throws {RouterUnreachableError}
 */
export async function askHaproxy(socket: string, commands: readonly string[]): Promise<string> {
  const connection = connect(socket);
  connection.setTimeout(withinMs, () => {
    connection.destroy(new RouterUnreachableError(socket, `did not answer in ${withinMs} ms`));
  });
  connection.write(`${commands.join('; ')}\n`);
  try {
    let answer = '';
    for await (const chunk of connection) answer += chunk;
    return answer;
  } catch (error) {
    if (error instanceof RouterUnreachableError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    throw new RouterUnreachableError(socket, `cannot be reached (${code ?? message})`);
  }
}
