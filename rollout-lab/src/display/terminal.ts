import { styleText } from 'node:util';
import { createLogUpdate } from 'log-update';
import type { Display, Live } from '../run/story.ts';
import { liveLine } from './live-line.ts';

type Style = Parameters<typeof styleText>[0];

/** As the stream is: a terminal, or not. */
export function standardDisplay(stream: NodeJS.WriteStream): Display {
  return stream.isTTY ? terminalDisplay(stream) : plainDisplay(stream);
}

/** For a terminal: the story scrolls by, the figures stay at the bottom. */
function terminalDisplay(stream: NodeJS.WriteStream): Display {
  const update = createLogUpdate(stream);
  const paint = (style: Style, text: string) => styleText(style, text, { stream });
  const print = (text: string) => {
    update.clear();
    stream.write(`${text}\n`);
  };
  return {
    line: (text) => print(`    ${paint(toneOf(text), text)}`),
    step: (title, number, of) =>
      print(`\n${paint('dim', `${number}/${of}`)} ${paint('bold', title)}`),
    live: (state) => update(`${paint(state.failed > 0 ? 'red' : 'cyan', liveLine(state))}`),
    close() {
      update.clear();
      update.done(); // shows the cursor again
    },
  };
}

function toneOf(text: string): Style {
  if (/\bFAIL\b|: fail|mismatches? [1-9]|refused/.test(text)) return 'red';
  return /^ *pass |: pass /.test(text) ? 'green' : 'reset';
}

/** Without a terminal: the same story as plain lines, and the figures every few seconds. */
function plainDisplay(stream: NodeJS.WritableStream, everyMs = 5_000): Display {
  let toldAt = Date.now();
  return {
    line: (text) => stream.write(`    ${text}\n`),
    step: (title, number, of) => stream.write(`${number}/${of} ${title}\n`),
    live(state: Live) {
      if (Date.now() - toldAt < everyMs) return;
      toldAt = Date.now();
      stream.write(`    · ${liveLine(state)}\n`);
    },
    close() {},
  };
}
