import { parentPort, workerData } from 'node:worker_threads';
import { Engine } from './engine.ts';
import type { FromWorker, LoadConfig } from './types.ts';

const port = parentPort;
if (!port) throw new Error('this file is the load thread: use startLoad');

const post = (message: FromWorker): void => port.postMessage(message);
const engine = await Engine.start(workerData as LoadConfig, (batch) =>
  post({ type: 'batch', batch }),
);
port.once('message', async () => {
  post({ type: 'done', summary: await engine.stop() });
  port.close();
});
post({ type: 'ready' });
