import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';

/** One line of the told file. `minor` in minor units, `at` in epoch ms: when the answer was read. */
export type ToldLine =
  | {
      readonly kind: 'order';
      readonly id: string;
      readonly customer: string;
      readonly minor: number;
      readonly currency: string;
      /** '' for an order that is sent nowhere. */
      readonly address: string;
      readonly at: number;
    }
  | {
      readonly kind: 'payment';
      readonly id: string;
      readonly orderId: string;
      readonly minor: number;
      readonly currency: string;
      readonly at: number;
    };

/** Appends told lines to a file: gathered by `add`, written by `flush`. */
export class ToldFile {
  readonly #stream: WriteStream;
  #lines: string[] = [];

  private constructor(stream: WriteStream) {
    this.#stream = stream;
  }

  /** Rejects when the file cannot be opened. A later failure to write is an uncaught error. */
  static async open(path: string): Promise<ToldFile> {
    const stream = createWriteStream(path, { flags: 'a' });
    await once(stream, 'open');
    return new ToldFile(stream);
  }

  add(line: ToldLine): void {
    this.#lines.push(`${JSON.stringify(line)}\n`);
  }

  flush(): void {
    if (this.#lines.length === 0) return;
    this.#stream.write(this.#lines.join(''));
    this.#lines = [];
  }

  /** Resolves when everything is in the file. */
  async close(): Promise<void> {
    this.flush();
    this.#stream.end();
    await finished(this.#stream);
  }
}
