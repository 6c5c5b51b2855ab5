import { type Content, type Html, html } from './template.ts';

/** Where a plot is drawn in its picture; units of its view box. */
export interface Area {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export type Scale = (value: number) => number;

/** From a range of values to a range of places. */
export function linear([v0, v1]: readonly [number, number], from: number, to: number): Scale {
  const span = v1 - v0 || 1;
  return (value) => from + ((value - v0) / span) * (to - from);
}

const steps = [1, 2, 5, 10];

/** Round numbers from 0 to at least `most`, `atMost` steps of them at the most. */
export function ticksTo(most: number, atMost = 6): number[] {
  const raw = Math.max(most, 1e-9) / atMost;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = (steps.find((s) => s * power >= raw) ?? 10) * power;
  const count = Math.max(1, Math.ceil(most / step - 1e-9));
  return Array.from({ length: count + 1 }, (_, i) => Number((i * step).toPrecision(12)));
}

/** A place in a picture: no more digits than anybody sees. */
export function at(value: number): string {
  return String(Math.round(value * 10) / 10);
}

export function picture(width: number, height: number, label: string, ...body: Content[]): Html {
  return html`<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}">
<title>${label}</title>
${body}</svg>`;
}

/** Lines across, with their values at the left. */
export function yAxis(area: Area, ticks: readonly number[], y: Scale, unit: string): Html[] {
  return ticks.map(
    (tick) =>
      html`<line class="axis" x1="${area.left}" x2="${area.left + area.width}" y1="${at(y(tick))}" y2="${at(y(tick))}"/><text class="dim" x="${area.left - 6}" y="${at(y(tick) + 4)}" text-anchor="end">${tick}${unit}</text>\n`,
  );
}

/** Short strokes below, with their labels. */
export function xAxis(
  area: Area,
  ticks: readonly (readonly [value: number, label: string])[],
  x: Scale,
): Html[] {
  const bottom = area.top + area.height;
  return ticks.map(
    ([value, label]) =>
      html`<line class="axis" x1="${at(x(value))}" x2="${at(x(value))}" y1="${bottom}" y2="${bottom + 5}"/><text class="dim" x="${at(x(value))}" y="${bottom + 18}" text-anchor="middle">${label}</text>\n`,
  );
}

/** Colours in their order, each with a pattern of dashes, so that colour is not needed. */
const series = ['var(--s0)', 'var(--s1)', 'var(--s2)', 'var(--s3)'] as const;
const dashes = ['none', '7 3', '2 3', '9 3 2 3'] as const;

export function colour(index: number): string {
  return series[index % series.length] ?? series[0];
}

export function dash(index: number): string {
  return dashes[index % dashes.length] ?? dashes[0];
}

/** What the colours mean: areas or lines. */
export function key(names: readonly string[], kind: 'area' | 'line'): Html {
  const mark = (i: number) =>
    kind === 'area'
      ? html`<rect width="28" height="12" fill="${colour(i)}"/>`
      : html`<line x1="0" x2="28" y1="6" y2="6" stroke="${colour(i)}" stroke-width="3" stroke-dasharray="${dash(i)}"/>`;
  return html`<ul class="key">${names.map((name, i) => html`<li><svg viewBox="0 0 28 12" aria-hidden="true">${mark(i)}</svg>${name}</li>`)}</ul>
`;
}
