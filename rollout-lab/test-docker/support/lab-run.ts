import type { ChildProcess } from 'node:child_process';
import type { RunResult } from '../../src/run/result.ts';
import { exited, Words } from '../../src/world/processes.ts';

/** A run of the lab in its container, from its start to its result. */
export class LabRun {
  readonly #child: ChildProcess;
  readonly #words: Words;
  readonly #read: () => Promise<RunResult>;
  readonly #heard: string[] = [];

  constructor(child: ChildProcess, read: () => Promise<RunResult>) {
    this.#child = child;
    this.#words = new Words(child);
    this.#words.onLine((line) => this.#heard.push(line));
    this.#read = read;
  }

  /** Resolves when it has said that; rejects when it ends before. */
  async until(text: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const look = (line: string) => line.includes(text) && resolve();
    for (const line of this.#heard) look(line);
    this.#words.onLine(look);
    const ended = exited(this.#child).then((how) => {
      throw new Error(
        `ended (${how}) without a word of "${text}":\n${this.#words.last.join('\n')}`,
      );
    });
    await Promise.race([promise, ended]);
  }

  /** Its end: how, and what it has written. */
  async end(): Promise<{ how: string; result: RunResult }> {
    const how = await exited(this.#child);
    return { how, result: await this.#read() };
  }
}
