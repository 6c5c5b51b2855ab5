import type { Curve } from '../../metrics/types.ts';
import type { LatencyCurves } from '../../run/result.ts';
import { latencyHead, latencyRows, windowNames } from '../latency-rows.ts';
import { figure, table } from './page.ts';
import {
  type Area,
  at,
  colour,
  dash,
  key,
  linear,
  picture,
  ticksTo,
  xAxis,
  yAxis,
} from './plot.ts';
import { type Content, html } from './template.ts';

const area: Area = { left: 70, top: 16, width: 800, height: 300 };
const marked = [0, 50, 90, 99, 99.9, 99.99];

/** Decades of the share beyond: 0 for the median's neighbours, 2 for 99 %, 3 for 99.9 %. */
const decadesOf = (percentile: number) => -Math.log10(1 - percentile / 100);

/** Latency before, during and after the rollout, by percentile. */
export function latencyPlot(latency: LatencyCurves): Content {
  const windows: [string, Curve][] = [
    [windowNames.before, latency.before],
    [windowNames.during, latency.during],
    [windowNames.after, latency.after ?? []],
  ];
  const numbers = table(latencyHead, latencyRows(latency), {
    label: 'Latency by percentile',
    wide: true,
  });
  if (windows.every(([, curve]) => curve.length === 0)) {
    return html`<p>No request was measured in these windows.</p>`;
  }
  const label =
    'Latency by percentile before, during and after the rollout; the table has its figures';
  return [
    figure(
      label,
      draw(windows, label),
      key(
        windows.map(([name]) => name),
        'line',
      ),
    ),
    numbers,
  ];
}

function draw(windows: readonly [string, Curve][], label: string) {
  // The slowest request of all lies infinitely far to the right: it is in the table only.
  const drawn = windows.map(([name, curve]) => [name, curve.filter(([p]) => p < 100)] as const);
  const most = Math.max(...drawn.flatMap(([, curve]) => curve.map(([, ms]) => ms)));
  const ticks = ticksTo(most);
  const x = linear([0, 4], area.left, area.left + area.width);
  const y = linear([0, ticks.at(-1) ?? most], area.top + area.height, area.top);
  const lines = drawn.map(([name, curve], i) => {
    const points = curve.map(([p, ms]) => `${at(x(decadesOf(p)))},${at(y(ms))}`).join(' ');
    return html`<polyline class="curve" points="${points}" stroke="${colour(i)}" stroke-dasharray="${dash(i)}"><title>${name}</title></polyline>\n`;
  });
  return picture(
    900,
    365,
    label,
    yAxis(area, ticks, y, ' ms'),
    xAxis(
      area,
      marked.map((p) => [decadesOf(p), `${p} %`] as const),
      x,
    ),
    html`<text class="dim" x="${area.left + area.width / 2}" y="358" text-anchor="middle">percentile of the requests, by the logarithm of the share beyond it</text>\n`,
    lines,
  );
}
