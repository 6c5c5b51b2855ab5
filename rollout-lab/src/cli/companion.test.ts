import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { companionOf, NoCompanionError } from './companion.ts';

const shop = { url: 'http://shop', customers: [], phases: ['baseline'], releases: ['1.0'] };
const own = { requests: 0, p50: null, p95: null, p99: null };

/** A process that was started by somebody who listens. */
function child() {
  const said: object[] = [];
  const emitter = new EventEmitter();
  const send = (message: object) => said.push(message);
  const target = Object.assign(emitter, { send }) as unknown as NodeJS.Process;
  return { said, target, answer: (message: object) => emitter.emit('message', message) };
}

describe('the load beside', () => {
  it('is told of the shop, and the run waits until it is ready', async () => {
    const { said, target, answer } = child();
    const opened = companionOf(target, new AbortController().signal).opened(shop);
    expect(said).toEqual([{ type: 'open', ...shop }]);
    let ready = false;
    void opened.then(() => {
      ready = true;
    });
    answer({ type: 'ended', toldFile: null });
    await new Promise(setImmediate);
    expect(ready).toBe(false);
    answer({ type: 'ready' });
    await opened;
  });

  it('says in the end what its customers were told', async () => {
    const { said, target, answer } = child();
    const ended = companionOf(target, new AbortController().signal).ended(own);
    expect(said).toEqual([{ type: 'ending', own }]);
    answer({ type: 'ended', toldFile: 'told.ndjson' });
    expect(await ended).toBe('told.ndjson');
  });

  it('is not waited for any longer when the run is interrupted', async () => {
    const interrupted = new AbortController();
    const { target } = child();
    const opened = companionOf(target, interrupted.signal).opened(shop);
    interrupted.abort();
    await expect(opened).rejects.toThrow();
  });

  it('is refused where nobody listens', () => {
    const alone = new EventEmitter() as unknown as NodeJS.Process;
    expect(() => companionOf(alone, new AbortController().signal)).toThrow(NoCompanionError);
  });
});
