import { Writable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { inOneWrite } from './one-write.ts';

/** A stream that notes what each of its writes consists of, as a socket's system calls would. */
function notedStream(): { stream: Writable; writes: string[][] } {
  const writes: string[][] = [];
  const stream = new Writable({
    decodeStrings: false,
    write: (chunk, _encoding, done) => {
      writes.push([String(chunk)]);
      done();
    },
    writev: (chunks, done) => {
      writes.push(chunks.map(({ chunk }) => String(chunk)));
      done();
    },
  });
  return { stream, writes };
}

describe('in one write', () => {
  it('goes what is written before the turn ends, after settled promises too', async () => {
    const { stream, writes } = notedStream();
    const hold = inOneWrite(stream);
    hold();
    stream.write('BEGIN');
    await Promise.resolve();
    hold();
    stream.write('SELECT');
    expect(writes).toEqual([]);
    await turn();
    expect(writes).toEqual([['BEGIN', 'SELECT']]);
  });

  it('goes each turn of its own, and what nobody holds at once', async () => {
    const { stream, writes } = notedStream();
    const hold = inOneWrite(stream);
    hold();
    stream.write('SELECT');
    await turn();
    hold();
    stream.write('COMMIT');
    await turn();
    stream.write('BEGIN');
    expect(writes).toEqual([['SELECT'], ['COMMIT'], ['BEGIN']]);
  });
});
