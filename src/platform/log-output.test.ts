import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openOutput } from './log-output.ts';

let folder: string;
let fd: number;
const file = () => join(folder, 'log');
const written = () => readFileSync(file(), 'utf8');
const open = () => openOutput({ dest: fd }, () => {});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'log-'));
  fd = openSync(file(), 'w');
});
afterEach(() => {
  closeSync(fd);
  rmSync(folder, { recursive: true });
});

it('writes what comes while it is writing without waiting for more', async () => {
  const output = open();
  for (const line of ['first\n', 'second\n', 'third\n']) {
    output.write(line);
    output.flush();
  }
  await vi.waitFor(() => expect(written()).toBe('first\nsecond\nthird\n'));
});

it('keeps back what nobody asked it to write', async () => {
  const output = open();
  output.write('first\n');
  await new Promise((done) => output.flush(done));
  output.write('later\n');
  expect(written()).toBe('first\n');
});

it('calls back when all is written that came before, also while it was writing', async () => {
  const output = open();
  output.write('first\n');
  output.flush();
  output.write('second\n');
  await new Promise((done) => output.flush(done));
  expect(written()).toBe('first\nsecond\n');
});

it('calls back when it cannot write', async () => {
  const output = openOutput({ dest: 999 }, () => {});
  output.write('lost\n');
  const error = await new Promise((done) => output.flush(done));
  expect(error).toMatchObject({ code: 'EBADF' });
});
