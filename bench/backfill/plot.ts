export interface Series {
  readonly name: string;
  /** A number of the palette, from 1. */
  readonly colour: 1 | 2 | 3 | 4;
  /** Measured elsewhere. */
  readonly dashed?: boolean;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

export interface Plot {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly series: readonly Series[];
}

const width = 760;
const height = 420;
const area = { left: 74, right: 190, top: 44, bottom: 58 };
const inner = { width: width - area.left - area.right, height: height - area.top - area.bottom };

// Okabe and Ito's colours, which the colour-blind tell apart; lighter ones on a dark page.
const style = `
  text { font: 13px system-ui, sans-serif; fill: #24292f }
  .title { font-weight: 600 } .grid { stroke: #d0d7de } .line { fill: none; stroke-width: 2.5 }
  .dashed { stroke-dasharray: 6 4 }
  .c1 { stroke: #0072b2 } .c2 { stroke: #d55e00 } .c3 { stroke: #009e73 } .c4 { stroke: #6e7781 }
  .dot { fill: #ffffff; stroke-width: 2.5 } .page { fill: #ffffff }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .grid { stroke: #30363d }
    .c1 { stroke: #56b4e9 } .c2 { stroke: #e69f00 } .c3 { stroke: #2fd6a3 } .c4 { stroke: #8b949e }
    .dot, .page { fill: #0d1117 }
  }`;

/** Round steps that divide 0 to `most` into four to eight parts. */
export function ticks(most: number): number[] {
  const power = 10 ** Math.floor(Math.log10(most / 4));
  const step = [1, 2, 5, 10].map((n) => n * power).find((size) => most / size <= 8) ?? power;
  return Array.from({ length: Math.ceil(most / step) + 1 }, (_, index) => index * step);
}

/** 1.5k, 39k, 3.9M */
export function short(value: number): string {
  if (value < 1_000) return String(value);
  const [size, unit] = value < 1e6 ? [value / 1e3, 'k'] : [value / 1e6, 'M'];
  return `${Number(size.toPrecision(2))}${unit}`;
}

/**
 * An SVG of lines over a logarithmic x axis and a y axis from 0, for a light and a dark page.
 * Each line's name stands at its end; names that would touch are moved apart.
 */
export function drawPlot({ title, xLabel, yLabel, series }: Plot): string {
  const points = series.flatMap((one) => one.points);
  const logs = points.map(({ x }) => Math.log10(x));
  const [low, high] = [Math.floor(Math.min(...logs)), Math.ceil(Math.max(...logs))];
  const yTicks = ticks(Math.max(...points.map(({ y }) => y)));
  const top = yTicks.at(-1) ?? 1;
  const xAt = (x: number) => area.left + ((Math.log10(x) - low) / (high - low)) * inner.width;
  const yAt = (y: number) => area.top + (1 - y / top) * inner.height;
  const bottom = area.top + inner.height;
  const grid = [
    ...yTicks.map((y) => [
      `<path class="grid" d="M${area.left} ${px(yAt(y))}h${inner.width}"/>`,
      text(area.left - 8, yAt(y) + 4, short(y), 'end'),
    ]),
    ...Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index)).map((x) => [
      `<path class="grid" d="M${px(xAt(x))} ${area.top}v${inner.height}"/>`,
      text(xAt(x), bottom + 20, short(x), 'middle'),
    ]),
  ];
  const ends = series.map(({ points }) => yAt(points.at(-1)?.y ?? 0));
  const names = apart(ends, 18);
  const lines = series.map((one, index) => {
    const at = one.points.map(({ x, y }) => [px(xAt(x)), px(yAt(y))] as const);
    const path = `M${at.map((point) => point.join(' ')).join('L')}`;
    const dots = at.map(
      ([x, y]) => `<circle class="dot c${one.colour}" cx="${x}" cy="${y}" r="4"/>`,
    );
    const name = text(
      xAt(one.points.at(-1)?.x ?? 1) + 10,
      (names[index] ?? 0) + 4,
      one.name,
      'start',
    );
    return `<path class="line c${one.colour}${one.dashed ? ' dashed' : ''}" d="${path}"/>${dots.join('')}${name}`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">`,
    `<style>${style}\n</style>`,
    `<rect class="page" width="${width}" height="${height}" rx="6"/>`,
    text(area.left, 24, title, 'start', 'title'),
    ...grid.flat(),
    text(area.left + inner.width / 2, height - 12, xLabel, 'middle'),
    `<text transform="translate(20 ${area.top + inner.height / 2}) rotate(-90)" text-anchor="middle">${escaped(yLabel)}</text>`,
    ...lines,
    '</svg>',
    '',
  ].join('\n');
}

/** Moves heights that are nearer to each other than `least` apart, in their order. */
export function apart(heights: readonly number[], least: number): number[] {
  const order = heights.map((_, index) => index);
  order.sort((a, b) => (heights[a] ?? 0) - (heights[b] ?? 0));
  const moved = [...heights];
  let previous = Number.NEGATIVE_INFINITY;
  for (const index of order) {
    previous = Math.max(heights[index] ?? 0, previous + least);
    moved[index] = previous;
  }
  return moved;
}

const px = (value: number): string => String(Math.round(value * 10) / 10);

const escaped = (value: string): string =>
  value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

function text(x: number, y: number, words: string, anchor: string, name = ''): string {
  const kind = name === '' ? '' : ` class="${name}"`;
  return `<text${kind} x="${px(x)}" y="${px(y)}" text-anchor="${anchor}">${escaped(words)}</text>`;
}
