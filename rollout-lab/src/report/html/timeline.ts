import type { RunStory, Span } from '../story-of.ts';
import { figure } from './page.ts';
import { type Area, at, key, linear, picture, type Scale, ticksTo, xAxis, yAxis } from './plot.ts';
import { steppedAreas } from './steps-area.ts';
import { type Content, type Html, html } from './template.ts';

const width = 900;
const left = 70;
const plotWidth = width - left - 20;
const bandHeight = 22;
const weightsHeight = 130;
const rowHeight = 34;
const badHeight = 60;

/** Steps, shares of the customers, flags, verdicts and bad answers over the run's time. */
export function timelinePlot(story: RunStory): Content {
  const label =
    'The course of the run: steps, shares of the customers by release, flags, verdicts, failed answers; the list of the steps is below';
  const x = linear([0, story.seconds], left, left + plotWidth);
  const flags = [...new Set(story.flags.map((flag) => flag.name))];
  const weights = { left, top: bandHeight + 24, width: plotWidth, height: weightsHeight };
  const verdictsAt = weights.top + weights.height + 22;
  const flagsAt = verdictsAt + 18;
  const badArea = { ...weights, top: flagsAt + flags.length * rowHeight + 28, height: badHeight };
  return [
    figure(
      label,
      picture(
        width,
        badArea.top + badHeight + 42,
        label,
        bands(story, x, badArea.top + badHeight),
        customers(story, weights, x),
        verdicts(story, verdictsAt, x),
        flags.map((name, row) => flagRow(story, name, flagsAt + row * rowHeight, x)),
        badAnswers(story, badArea, x),
        secondsAxis(story, badArea, x),
      ),
      key(
        story.releases.map((release) => `customers on ${release}`),
        'area',
      ),
    ),
    html`<ul class="key"><li><b class="good">▲</b>&nbsp;verdict pass</li><li><b class="bad">▼</b>&nbsp;fail</li><li><b class="warn">◆</b>&nbsp;insufficient data</li></ul>
`,
    stepList(story),
  ];
}

/** Replicas that were up, by release: what the rollout took. */
export function replicasPlot(story: RunStory, replicas: number): Content {
  const label = `Replicas up over time, by release; ${replicas} before the rollout`;
  const area = { left, top: 12, width: plotWidth, height: 150 };
  const sums = story.replicas.map((level) => level.values.reduce((sum, n) => sum + n, 0));
  const ticks = ticksTo(Math.max(replicas, ...sums), 5);
  const x = linear([0, story.seconds], left, left + plotWidth);
  const y = linear([0, ticks.at(-1) ?? 1], area.top + area.height, area.top);
  const usual = at(y(replicas));
  return figure(
    label,
    picture(
      width,
      area.top + area.height + 42,
      label,
      yAxis(area, ticks, y, ''),
      steppedAreas(story.replicas, story.releases, story.seconds, x, y),
      html`<line x1="${left}" x2="${left + plotWidth}" y1="${usual}" y2="${usual}" stroke="var(--fg)" stroke-dasharray="4 4"/>\n`,
      secondsAxis(story, area, x),
    ),
    key(
      story.releases.map((release) => `replicas of ${release}`),
      'area',
    ),
  );
}

/** Numbers that stand for the steps; a narrow one goes without. */
function bands({ steps }: RunStory, x: Scale, bottom: number): Html[] {
  return steps.map((step, i) => {
    const [from, to] = edges(step, x);
    const middle = at((from + to) / 2);
    const number =
      to - from > 16 ? html`<text x="${middle}" y="16" text-anchor="middle">${i + 1}</text>` : '';
    return html`<g><title>${i + 1}. ${step.title}</title><rect x="${at(from)}" y="0" width="${at(Math.max(0.5, to - from))}" height="${bandHeight}" fill="var(--line)" fill-opacity="${i % 2 === 0 ? '.9' : '.45'}"/>${number}<line class="axis" x1="${at(from)}" x2="${at(from)}" y1="${bandHeight}" y2="${bottom}" stroke-dasharray="2 4"/></g>\n`;
  });
}

function customers(story: RunStory, area: Area, x: Scale): Content {
  const y = linear([0, 100], area.top + area.height, area.top);
  return [
    yAxis(area, [0, 50, 100], y, ' %'),
    steppedAreas(story.weights, story.releases, story.seconds, x, y),
  ];
}

const marks = {
  pass: { tone: 'var(--good)', shape: 'M-6,5 6,5 0,-6Z' },
  fail: { tone: 'var(--bad)', shape: 'M-6,-5 6,-5 0,6Z' },
  'insufficient data': { tone: 'var(--warn)', shape: 'M0,-7 7,0 0,7 -7,0Z' },
} as const;

function verdicts({ verdicts: list }: RunStory, y: number, x: Scale): Content {
  return [
    rowLabel('verdicts', y + 4),
    list.map(
      ({ at: time, step, verdict }) =>
        html`<path d="${marks[verdict].shape}" transform="translate(${at(x(time))} ${y})" fill="${marks[verdict].tone}"><title>${verdict}: ${step}, ${time.toFixed(1)} s</title></path>\n`,
    ),
  ];
}

/** When a flag was on, and for how many; its name above, since it is long. */
function flagRow({ flags }: RunStory, name: string, top: number, x: Scale): Content {
  const spans = flags.filter((flag) => flag.name === name);
  return [
    html`<text x="${left}" y="${top + 11}">flag ${name}</text>\n`,
    spans.map((span) => {
      const [from, to] = edges(span, x);
      const text = `${span.rollout} %`;
      const share =
        to - from > 40 ? html`<text x="${at(from + 4)}" y="${top + 25}">${text}</text>` : '';
      return html`<g><title>${name} on for ${text}</title><rect x="${at(from)}" y="${top + 15}" width="${at(Math.max(1, to - from))}" height="13" fill="var(--s2)" fill-opacity="${0.15 + (0.4 * span.rollout) / 100}" stroke="var(--s2)"/>${share}</g>\n`;
    }),
  ];
}

function badAnswers({ bad }: RunStory, area: Area, x: Scale): Content {
  const ticks = ticksTo(Math.max(1, ...bad.map(({ count }) => count)), 2).filter(Number.isInteger);
  const y = linear([0, ticks.at(-1) ?? 1], area.top + area.height, area.top);
  const title = html`<text x="${left}" y="${area.top - 8}">failed or wrong answers, a second</text>\n`;
  return [
    title,
    yAxis(area, ticks, y, ''),
    bad.map(
      ({ at: time, count }) =>
        html`<rect x="${at(x(time - 1))}" y="${at(y(count))}" width="${at(Math.max(2, x(1) - x(0) - 1))}" height="${at(y(0) - y(count))}" fill="var(--bad)"><title>${count} at ${time.toFixed(0)} s</title></rect>\n`,
    ),
  ];
}

function secondsAxis({ seconds }: RunStory, area: Area, x: Scale): Content {
  const ticks = ticksTo(seconds, 10).filter((tick) => tick <= seconds);
  return xAxis(
    area,
    ticks.map((tick) => [tick, `${tick} s`] as const),
    x,
  );
}

function stepList({ steps }: RunStory): Html {
  return html`<ol class="steps">${steps.map(({ title, from, to }) => html`<li>${title} <span class="dim">${from.toFixed(1)} s, for ${(to - from).toFixed(1)} s</span></li>`)}</ol>
`;
}

function rowLabel(text: string, y: number): Html {
  return html`<text class="dim" x="${left - 6}" y="${y}" text-anchor="end">${text}</text>\n`;
}

function edges({ from, to }: Span, x: Scale): [number, number] {
  return [x(from), x(to)];
}
