import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A line to a server that can be cut, for one party only; gone when the test ends. */
export interface Line {
  readonly url: string;
  /** Ends the connections and takes no new ones. */
  cut(): void;
  /** Takes connections again, to the same server or to another one. */
  mend(targetUrl?: string): void;
}

export async function lineTo(targetUrl: string): Promise<Line> {
  const sockets = new Set<Socket>();
  let target: URL | undefined = new URL(targetUrl);
  const server = createServer((near) => {
    if (target === undefined) return near.destroy();
    const far = connect(Number(target.port), target.hostname);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.on('error', () => {}).on('close', () => other.destroy());
      one.on('close', () => sockets.delete(one));
      one.pipe(other);
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  function cut(): void {
    target = undefined;
    for (const socket of sockets) socket.destroy();
  }
  onTestFinished(() => {
    cut();
    server.close();
  });
  const url = new URL(targetUrl);
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    cut,
    mend(newUrl = targetUrl) {
      target = new URL(newUrl);
    },
  };
}
