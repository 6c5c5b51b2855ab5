import { once } from 'node:events';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { chargeOperation, type Operation } from './gateway-answers.ts';
import { createGatewayHttp, type GatewayHttp } from './gateway-http.ts';

const silence: RequestListener = () => {};
const drip = (_: unknown, response: ServerResponse) => {
  response.writeHead(201).write('{');
  const timer = setInterval(() => response.write(' '), 5);
  response.once('close', () => clearInterval(timer));
};

let asked: number;
let hungUp: PromiseWithResolvers<void>;
beforeEach(() => {
  asked = 0;
  hungUp = Promise.withResolvers();
});

/** One connection to a gateway that does the same with every request, and 50 ms for each try. */
async function connectTo(reaction: RequestListener): Promise<GatewayHttp> {
  const server = createServer((request, response) => {
    asked += 1;
    response.once('close', hungUp.resolve);
    reaction(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const http = createGatewayHttp(`http://127.0.0.1:${port}`, 50, 1);
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await http.close();
  });
  return http;
}

const operation = (key: string): Operation<unknown> =>
  chargeOperation({
    key,
    orderId: 'order-1',
    amount: { minor: 1999, currency: 'USD' },
    cardToken: 'tok_visa',
  });

describe('the time limit of a try', () => {
  it.each<[string, RequestListener]>([
    ['a gateway that says nothing', silence],
    ['a body that never ends, piece by piece', drip],
  ])('ends the wait for %s, and the connection with it', async (_, reaction) => {
    const http = await connectTo(reaction);
    do {
      const answer = http.ask(operation('a'));
      await expect(answer).rejects.toMatchObject({ kind: 'timeout', again: true });
    } while (asked === 0); // on a busy machine, the time may be over before it is connected
    await hungUp.promise;
  });

  it('counts the wait for a connection, and what waited too long is never sent', async () => {
    const http = await connectTo(silence);
    const kinds = await Promise.all(
      ['a', 'b', 'c'].map((key) => http.ask(operation(key)).catch((error) => error.kind)),
    );
    expect(kinds).toEqual(['timeout', 'timeout', 'timeout']);
    // It gets the connection after them.
    await expect(http.ask(operation('d'))).rejects.toMatchObject({ kind: 'timeout' });
    expect(asked).toBeLessThanOrEqual(2);
  });
});
