import { appendFileSync, closeSync, ftruncateSync, openSync, readFileSync } from 'node:fs';

/** The file of the ledger cannot be opened or read. */
export class LedgerFileError extends Error {
  readonly path: string;

  constructor(path: string, what: string, cause: unknown) {
    super(`LEDGER_FILE '${path}' ${what}`, { cause });
    this.name = 'LedgerFileError';
    this.path = path;
  }
}

export interface LedgerFile {
  /** What was appended before this process, oldest first. */
  readonly records: readonly unknown[];
  append(record: object): void;
  close(): void;
}

const NEWLINE = 0x0a;

/**
 * Opens an append-only file of one JSON record a line, and makes it if there is none. A last line
 * without its newline is cut off: its writer died within it, so nobody was answered for it.
 *
 * A record is written in one synchronous call and not fsync'ed: what is written belongs to the
 * kernel and outlives the process, however that is killed. It would not outlive the machine; a
 * stand-in need not, and an fsync a charge would make it slower than what it stands in for.
 *
 * Throws LedgerFileError for a path that cannot be opened, and for a whole line that is not JSON.
 */
export function openLedgerFile(path: string): LedgerFile {
  const { fd, bytes } = open(path);
  const whole = bytes.lastIndexOf(NEWLINE) + 1;
  if (whole < bytes.length) ftruncateSync(fd, whole);
  const lines = bytes.subarray(0, whole).toString().split('\n').slice(0, -1);
  return {
    records: lines.map((line, index) => parse(path, line, index + 1)),
    append: (record) => appendFileSync(fd, `${JSON.stringify(record)}\n`),
    close: () => closeSync(fd),
  };
}

function open(path: string): { fd: number; bytes: Buffer } {
  try {
    return { fd: openSync(path, 'a'), bytes: readFileSync(path) };
  } catch (error) {
    throw new LedgerFileError(path, `cannot be opened: ${(error as Error).message}`, error);
  }
}

function parse(path: string, line: string, number: number): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new LedgerFileError(path, `has something else than JSON in line ${number}`, error);
  }
}
