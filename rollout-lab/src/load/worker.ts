import { parentPort, workerData } from 'node:worker_threads';
import { takePrecedence } from '../threads/priority.ts';
import { Engine } from './engine.ts';
import type { FromWorker, LoadConfig } from './types.ts';

const port = parentPort;
if (!port) throw new Error('this file is the load thread: use startLoad');

const progressEveryMs = 1_000;
const config: LoadConfig = workerData;
const post = (message: FromWorker): void => port.postMessage(message);
takePrecedence();
const engine = await Engine.start(config, (batch) => post({ type: 'batch', batch }));
const telling = setInterval(
  () => post({ type: 'progress', summary: engine.summary() }),
  progressEveryMs,
);
const { stall } = config;
const stalling = stall && setInterval(() => holdUp(stall.forMs), stall.everyMs);
port.once('message', async () => {
  clearInterval(telling);
  clearInterval(stalling);
  post({ type: 'done', summary: await engine.stop() });
  port.close();
});
post({ type: 'ready' });

function holdUp(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}
