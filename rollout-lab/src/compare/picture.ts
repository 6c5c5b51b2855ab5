import { html, trusted } from '../report/html/template.ts';
import type { Comparison } from './comparison.ts';
import { columnGroups, type Figure, figuresIn, strategyColumns } from './rows.ts';

/** Wider than the letters of a usual font are on average, so that no text runs into the next one. */
const emPerLetter = 0.62;
const sizes = { title: 16, label: 14, figure: 18, small: 13 } as const;
const gap = 28;
const margin = 20;
const rowHeight = 74;
const headHeight = 66;
const groupHeight = 34;
const footHeight = 44;

const style = trusted(`
text{font-family:system-ui,-apple-system,"Segoe UI",Helvetica,Arial,sans-serif;fill:#1b1f24}
.dim{fill:#59636e}.line{stroke:#d1d9e0}.back{fill:#fff}.group{fill:#f3f5f8}.figure{font-weight:600}
@media (prefers-color-scheme:dark){text{fill:#e6edf3}.dim{fill:#9198a1}.line{stroke:#3d444d}
.back{fill:#0d1117}.group{fill:#161b22}}
`);

interface Column {
  /** In as many lines as it has parts. */
  readonly title: readonly string[];
  readonly figures: readonly Figure[];
  readonly left: number;
}

/**
 * The table of the strategies as a picture that stands alone, in light and in dark: a column for
 * each strategy, a row for each figure.
 */
export function tablePicture(comparison: Comparison): string {
  const { columns, right } = columnsOf(comparison);
  const note = noteOf(comparison);
  const width = Math.ceil(Math.max(right, widthOf(note, sizes.small) + margin) + margin);
  const rows = rowsBelow(headHeight);
  const height =
    headHeight +
    columnGroups.length * groupHeight +
    strategyColumns.length * rowHeight +
    footHeight;
  return `${
    html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="Measured and published figures of the strategies">
<style>${style}</style>
<rect class="back" width="100%" height="100%" rx="8"/>
${columns.map(({ title, left }) => title.map((line, i) => html`<text x="${left}" y="${30 + 20 * i}" font-size="${i === 0 ? sizes.title : sizes.small}" class="${i === 0 ? 'figure' : 'dim'}">${line}</text>\n`))}
${rows.groups.map(({ title, top }) => html`<rect class="group" x="0" y="${top}" width="${width}" height="${groupHeight}"/><text class="dim" x="${margin}" y="${top + 22}" font-size="${sizes.small}">${title}</text>\n`)}
${rows.figures.map((top, i) => [
  i === 0 || rows.groups.some((group) => group.top + groupHeight === top)
    ? null
    : html`<line class="line" x1="${margin}" x2="${width - margin}" y1="${top}" y2="${top}"/>\n`,
  html`<text x="${margin}" y="${top + 26}" font-size="${sizes.label}">${strategyColumns[i] ?? ''}</text>\n`,
  columns.map(({ figures, left }) => cell(figures[i], left, top)),
])}
<text class="dim" x="${margin}" y="${height - 16}" font-size="${sizes.small}">${note}</text>
</svg>`.text
  }\n`;
}

function noteOf({ options, environment }: Comparison): string {
  const cores = environment === null ? '' : ` on ${environment.cores} cores`;
  return `Median of the valid runs, least to greatest; “publ.”: the published figure. Profile ${options.profile}, ${options.rate} requests/s${cores}.`;
}

function widthOf(text: string, size: number): number {
  return text.length * size * emPerLetter;
}

function publishedText({ published }: Figure): string {
  return published === '' ? '' : `publ. ${published}`;
}

function columnsOf({ strategies }: Comparison): { columns: Column[]; right: number } {
  const labels = strategyColumns.map((name) => widthOf(name, sizes.label));
  let left = margin + Math.max(...labels) + gap;
  const columns = strategies.map((row) => {
    const column = { title: row.title.split(', '), figures: figuresIn(row), left: Math.ceil(left) };
    left += widest(column) + gap;
    return column;
  });
  return { columns, right: left - gap };
}

function widest({ title, figures }: Omit<Column, 'left'>): number {
  return Math.max(
    ...title.map((line, i) => widthOf(line, i === 0 ? sizes.title : sizes.small)),
    ...figures.flatMap((figure) => [
      widthOf(figure.median, sizes.figure),
      widthOf(figure.spread, sizes.small),
      widthOf(publishedText(figure), sizes.small),
    ]),
  );
}

/** Where the groups of rows and the rows themselves begin. */
function rowsBelow(from: number) {
  let top = from;
  const groups: { title: string; top: number }[] = [];
  const figures: number[] = [];
  for (const { title, columns: count } of columnGroups) {
    groups.push({ title, top });
    top += groupHeight;
    for (let i = 0; i < count; i += 1, top += rowHeight) figures.push(top);
  }
  return { groups, figures };
}

function cell(figure: Figure | undefined, x: number, top: number) {
  if (figure === undefined) return null;
  return html`<text class="figure" x="${x}" y="${top + 26}" font-size="${sizes.figure}">${figure.median}</text><text class="dim" x="${x}" y="${top + 44}" font-size="${sizes.small}">${figure.spread}</text><text class="dim" x="${x}" y="${top + 62}" font-size="${sizes.small}">${publishedText(figure)}</text>\n`;
}
