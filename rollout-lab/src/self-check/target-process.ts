import { setTimeout as sleep } from 'node:timers/promises';
import { FakeApi } from '../load/fake-api.ts';
import { takePrecedence } from '../threads/priority.ts';
import { delayOf } from './delays.ts';

/**
 * A process that answers as the shop does, from memory and in a known time; see startTarget. Its own
 * wait for the processor would be in every latency.
 */
const { SEEDED = '0', MEDIAN_MS = '0', SIGMA = '0' } = process.env;

takePrecedence();
const api = new FakeApi(Number(SEEDED));
api.keepsSeen = false;
const delays = { medianMs: Number(MEDIAN_MS), sigma: Number(SIGMA) };
let answers = 0;
if (delays.medianMs > 0) {
  api.tamper = ({ path }) => {
    if (path === '/readyz') return {};
    answers += 1;
    return { until: sleep(delayOf(delays, answers)) };
  };
}
process.stdout.write(`${JSON.stringify({ url: await api.listen() })}\n`);
process.once('SIGTERM', () => process.exit(0));
