import { parentPort, workerData } from 'node:worker_threads';
import { answer } from '../threads/line.ts';
import { takePrecedence } from '../threads/priority.ts';
import { PortTakenError } from './errors.ts';
import type { FromRouter, Question, RouterStart } from './router.ts';
import { serve } from './serve.ts';

const parent = parentPort;
if (!parent) throw new Error('this file is the router thread: use startRouter');

const tell = (message: FromRouter): void => parent.postMessage(message);
const { options, line }: RouterStart = workerData;
takePrecedence();
try {
  const router = await serve(options);
  answer(line, (question: Question) => {
    if (question.type === 'stats') return router.stats();
    return question.type === 'set' ? router.set(question.pools) : router.phase(question.name);
  });
  parent.once('message', async () => {
    await router.close();
    parent.postMessage('closed');
  });
  tell({ type: 'listening', url: router.url, port: router.port });
} catch (error) {
  if (!(error instanceof PortTakenError)) throw error;
  tell({ type: 'port taken', port: error.port });
}
