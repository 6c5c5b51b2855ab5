import type { RunResult } from '../../run/result.ts';
import { percent, plural } from '../format.ts';
import { figure } from './page.ts';
import { at, linear, picture, xAxis } from './plot.ts';
import { type Content, html } from './template.ts';

const area = { left: 20, top: 26, width: 860, height: 26 };

/** Who was hit: how many, and how far down the order in which customers come into a canary. */
export function blastRadius(result: RunResult): Content {
  const { blastRadiusCustomers: share, customersSeen, reachPercent, highestWeight } = result;
  const hit = Math.round(share * customersSeen);
  const label = `New release for up to ${highestWeight} % of the customers; ${reachPercent === null ? 'nobody hit' : `hits up to place ${reachPercent} %`}`;
  return [
    html`<p>${plural(hit, 'customer')} of ${customersSeen.toLocaleString('en-US')} (${percent(share)}) got at least one failed or wrong answer. The new release had ${highestWeight} % of the customers at most; ${reach(reachPercent)}</p>
`,
    figure(label, draw(highestWeight, reachPercent, label)),
  ];
}

function reach(reachPercent: number | null): string {
  return reachPercent === null
    ? 'nobody was hit.'
    : `in the order in which customers come into a canary, the last one that was hit stands at ${reachPercent} %.`;
}

function draw(weight: number, reachPercent: number | null, label: string) {
  const x = linear([0, 100], area.left, area.left + area.width);
  const ticks = [0, 25, 50, 75, 100].map((tick) => [tick, `${tick} %`] as const);
  return picture(
    900,
    84,
    label,
    html`<rect x="${area.left}" y="${area.top}" width="${area.width}" height="${area.height}" fill="var(--s0)" fill-opacity=".25"/>\n`,
    html`<rect x="${area.left}" y="${area.top}" width="${at(x(weight) - area.left)}" height="${area.height}" fill="var(--s1)" fill-opacity=".75"><title>had the new release</title></rect>\n`,
    reachPercent === null ? null : mark(x(reachPercent)),
    html`<text x="${area.left}" y="16">customers, in the order in which they come into a canary</text>\n`,
    xAxis(area, ticks, x),
  );
}

function mark(place: number) {
  return html`<line x1="${at(place)}" x2="${at(place)}" y1="${area.top - 5}" y2="${area.top + area.height + 5}" stroke="var(--bad)" stroke-width="3"><title>the last customer hit</title></line>\n`;
}
