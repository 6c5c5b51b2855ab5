/// <reference lib="dom" />

/**
 * The colours of the releases, in their order; told apart with every kind of colour blindness.
 * M. Okabe, K. Ito: Color Universal Design (2008).
 */
const names = ['--release-0', '--release-1', '--release-2', '--release-3'];

/** What the style sheet says now: it differs between light and dark. */
export function colours() {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string) => style.getPropertyValue(name).trim();
  return {
    releases: names.map(read),
    none: read('--release-none'),
    bad: read('--bad'),
    ink: read('--ink'),
    faint: read('--faint'),
    line: read('--line'),
    paper: read('--paper'),
    variant: read('--variant'),
  };
}

export type Colours = ReturnType<typeof colours>;

export const colourOf = (all: Colours, release: number): string =>
  all.releases[release] ?? all.none;

/** The class that gives an element the colour of a release. */
export function releaseClass(releases: readonly string[], release: string): string {
  const place = releases.indexOf(release);
  return place === -1 ? 'release-none' : `release-${Math.min(place, names.length - 1)}`;
}
