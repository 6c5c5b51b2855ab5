import { style } from './style.ts';
import { type Content, type Html, html, trusted } from './template.ts';

/** One self-contained page: no reference to anything outside, no script. */
export function page(title: string, body: Content): string {
  return `<!doctype html>\n${
    html`<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${trusted(style)}</style>
</head>
<body>
<h1>${title}</h1>
<main>
${body}
</main>
</body>
</html>`.text
  }\n`;
}

export function section(title: string, ...body: readonly Content[]): Html {
  return html`<section>
<h2>${title}</h2>
${body}
</section>
`;
}

export type Tone = 'good' | 'bad' | 'warn';

interface TableOptions {
  /** What it shows, for those who do not see it. */
  readonly label: string;
  /** Scrolls sideways on a narrow screen instead of breaking its words. */
  readonly wide?: boolean;
}

/** A table; the first cell of a row is its header. */
export function table(
  head: readonly Content[],
  rows: readonly (readonly Content[])[],
  { label, wide = false }: TableOptions,
): Html {
  return html`<div class="scroll${wide ? ' wide' : ''}" role="region" aria-label="${label}" tabindex="0">
<table>
<thead><tr>${head.map((cell) => html`<th scope="col">${cell}</th>`)}</tr></thead>
<tbody>
${rows.map(([first = '', ...cells]) => html`<tr><th scope="row">${first}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>\n`)}</tbody>
</table>
</div>
`;
}

/** A picture that scrolls sideways on a narrow screen; `label` says what it shows. */
export function figure(label: string, picture: Html, key: Content = null): Html {
  return html`<figure>
${key}<div class="scroll" role="region" aria-label="${label}" tabindex="0">${picture}</div>
</figure>
`;
}
