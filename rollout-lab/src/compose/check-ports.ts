import { connect } from 'node:net';

/**
 * Says which variable moves a port that somebody else has, before the engine says that it is taken and
 * nothing more. Runs in the machine's own network; where that is a virtual machine's (Docker Desktop)
 * it sees no port taken, and the engine's words remain.
 */
interface Published {
  readonly variable: string;
  readonly what: string;
  /** What answers there when it is this demo itself, which runs already. */
  readonly path: string;
  readonly isOurs: (answer: Response, body: string) => boolean;
}

const published: readonly Published[] = [
  {
    variable: 'SHOP_PORT',
    what: 'the shop',
    path: '/v1/products',
    isOurs: ({ headers }) => headers.has('x-release'),
  },
  {
    variable: 'LAB_PORT',
    what: 'the live page',
    path: '/',
    isOurs: (_, body) => body.includes('<title>Rollout lab'),
  },
  {
    variable: 'FLAGS_PORT',
    what: 'the flags',
    path: '/health',
    isOurs: (_, body) => body.includes('GOOD'),
  },
];

const isTaken = (port: number) =>
  new Promise<boolean>((resolve) => {
    const connection = connect(port, '127.0.0.1');
    connection.once('connect', () => resolve(true)).once('error', () => resolve(false));
  });

async function isOurs({ path, isOurs: recognise }: Published, port: number): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(2_000);
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { signal });
    return recognise(answer, await answer.text());
  } catch {
    return false;
  }
}

for (const port of published) {
  const number = Number(process.env[port.variable]);
  if (!(await isTaken(number)) || (await isOurs(port, number))) continue;
  const other = number > 60_000 ? number - 1_000 : number + 1_000;
  process.stdout.write(
    `port ${number} for ${port.what} is taken: set ${port.variable} to another one, for example ${port.variable}=${other} docker compose up\n`,
  );
  process.exitCode = 1;
}
process.exit();
