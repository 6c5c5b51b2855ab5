/// <reference lib="dom" />
import { colourOf, colours } from './colours.ts';
import type { PageState } from './state.ts';

const shownSeconds = 60;

/** A bar for each of the last sixty seconds: its answers by release, stacked. */
export function drawTraffic(canvas: HTMLCanvasElement, state: PageState): void {
  const context = canvas.getContext('2d');
  if (context === null) return;
  const { clientWidth: width, clientHeight: height } = canvas;
  canvas.width = Math.round(width * devicePixelRatio);
  canvas.height = Math.round(height * devicePixelRatio);
  context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  const seconds = state.seconds.slice(-shownSeconds);
  const most = Math.max(1, ...seconds.map(({ answers }) => answers.reduce((a, b) => a + b, 0)));
  const bar = width / shownSeconds;
  const all = colours();
  for (const [n, { answers, bad }] of seconds.entries()) {
    const x = (shownSeconds - seconds.length + n) * bar;
    let y = height;
    for (const [release, answered] of answers.entries()) {
      const tall = (answered / most) * (height - 6);
      context.fillStyle = release === answers.length - 1 ? all.none : colourOf(all, release);
      context.fillRect(x, y - tall, bar - 1, tall);
      y -= tall;
    }
    if (bad === 0) continue;
    context.fillStyle = all.bad;
    context.fillRect(x, 0, bar - 1, 4);
  }
}

/** What the bars show, in words. */
export function trafficInWords({ seconds, run }: PageState): string {
  const last = seconds.at(-1);
  if (last === undefined || run === null) return 'No traffic yet.';
  const told = run.releases.flatMap((release, place) => {
    const answered = last.answers[place] ?? 0;
    return answered === 0 ? [] : [`${release}: ${answered}`];
  });
  return `Answers of the last second by release: ${told.join(', ') || 'none'}; ${last.bad} failed.`;
}
