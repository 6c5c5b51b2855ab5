import { at, colour, type Scale } from './plot.ts';
import { type Html, html } from './template.ts';

/** From `at` on, so much of each series. */
export interface Level {
  readonly at: number;
  readonly values: readonly number[];
}

/** Areas on top of each other, of values that change in steps; the last one lasts until `end`. */
export function steppedAreas(
  levels: readonly Level[],
  names: readonly string[],
  end: number,
  x: Scale,
  y: Scale,
): Html[] {
  return names.flatMap((name, i) => {
    const edge = (level: Level, upTo: number) =>
      at(y(level.values.slice(0, upTo).reduce((sum, value) => sum + value, 0)));
    const spans = levels.map((level, n) => ({ level, to: levels[n + 1]?.at ?? end }));
    const upper = spans.map(
      ({ level, to }) =>
        `${at(x(level.at))},${edge(level, i + 1)} ${at(x(to))},${edge(level, i + 1)}`,
    );
    const lower = spans
      .toReversed()
      .map(
        ({ level, to }) => `${at(x(to))},${edge(level, i)} ${at(x(level.at))},${edge(level, i)}`,
      );
    if (!levels.some((level) => (level.values[i] ?? 0) > 0)) return [];
    return [
      html`<polygon points="${upper.join(' ')} ${lower.join(' ')}" fill="${colour(i)}" fill-opacity=".75"><title>${name}</title></polygon>\n`,
    ];
  });
}
