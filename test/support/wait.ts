import { connect } from 'node:net';

/** Waits for something that another process or timer brings about; fails after ten seconds, or `limitMs`. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  limitMs = 10_000,
): Promise<void> {
  const deadline = Date.now() + limitMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`did not come about: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Whether nothing listens at an address any more. */
export function refusesConnections(url: string): Promise<boolean> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  return new Promise((resolve) => {
    socket.once('error', () => resolve(true));
    socket.once('connect', () => {
      socket.destroy();
      resolve(false);
    });
  });
}
