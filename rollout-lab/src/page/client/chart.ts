/// <reference lib="dom" />
import uPlot from 'uplot';
import { colours } from './colours.ts';
import { ms } from './format.ts';
import type { Mark, PageState } from './state.ts';

const height = 260;

/** Latency over the run, with a line for each step, flag flip, verdict and act of somebody. */
export class Chart {
  readonly #box: HTMLElement;
  #plot: uPlot | null = null;
  #marks: readonly Mark[] = [];
  #beganAt = 0;
  #drawn = '';

  constructor(box: HTMLElement) {
    this.#box = box;
    new ResizeObserver(() => this.#resize()).observe(box);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#forget());
  }

  draw(state: PageState): void {
    const key = `${state.beganAt} ${state.seconds.at(-1)?.at} ${state.marks.length}`;
    if (key === this.#drawn) return;
    this.#drawn = key;
    this.#marks = state.marks;
    this.#beganAt = state.beganAt;
    this.#plot ??= this.#make();
    const { seconds } = state;
    this.#plot.setData([
      seconds.map(({ at }) => (at - state.beganAt) / 1000),
      seconds.map(({ p50 }) => p50),
      seconds.map(({ p99 }) => p99),
    ]);
  }

  #make(): uPlot {
    const { ink, line, releases } = colours();
    const axis = { stroke: ink, grid: { stroke: line, width: 1 }, ticks: { stroke: line } };
    return new uPlot(
      {
        width: Math.max(200, this.#box.clientWidth),
        height,
        scales: { x: { time: false } },
        axes: [
          { ...axis, values: (_, ticks) => ticks.map((seconds) => `${seconds} s`) },
          { ...axis, size: 64, values: (_, ticks) => ticks.map((value) => `${value} ms`) },
        ],
        series: [
          { label: 'time', value: (_, value) => (value === null ? '–' : `${Math.round(value)} s`) },
          { label: 'p50', stroke: releases[0] ?? ink, width: 2, value: (_, value) => ms(value) },
          {
            label: 'p99',
            stroke: releases[1] ?? ink,
            width: 2,
            dash: [6, 3],
            value: (_, value) => ms(value),
          },
        ],
        hooks: { draw: [(plot) => this.#drawMarks(plot)] },
      },
      [[], [], []],
      this.#box,
    );
  }

  #drawMarks(plot: uPlot): void {
    const all = colours();
    const { ctx: context, bbox } = plot;
    const strokes = { step: all.faint, flag: all.variant, verdict: all.ink, control: all.bad };
    const dashes = { step: [2, 4], flag: [8, 4], verdict: [], control: [2, 2] };
    const letters = { step: '', flag: '⚑', verdict: '§', control: '!' };
    context.save();
    context.font = `${12 * devicePixelRatio}px system-ui, sans-serif`;
    for (const { at, kind, text } of this.#marks) {
      const x = Math.round(plot.valToPos((at - this.#beganAt) / 1000, 'x', true));
      if (x < bbox.left || x > bbox.left + bbox.width) continue;
      context.strokeStyle = strokes[kind];
      context.fillStyle = strokes[kind];
      context.setLineDash(dashes[kind]);
      context.beginPath();
      context.moveTo(x, bbox.top);
      context.lineTo(x, bbox.top + bbox.height);
      context.stroke();
      const sign = kind === 'verdict' ? (text === 'pass' ? '✓' : '✗') : letters[kind];
      context.fillText(sign, x + 2, bbox.top + 12 * devicePixelRatio);
    }
    context.restore();
  }

  #resize(): void {
    this.#plot?.setSize({ width: Math.max(200, this.#box.clientWidth), height });
  }

  /** Colours belong to a plot; with others it is made anew. */
  #forget(): void {
    this.#plot?.destroy();
    this.#plot = null;
    this.#drawn = '';
  }
}

/** What the chart shows, in words. */
export function chartInWords({ seconds }: PageState): string {
  const last = seconds.at(-1);
  if (last === undefined) return 'No latency yet.';
  const worst = Math.max(...seconds.map(({ p99 }) => p99 ?? 0));
  return `Latency now: p50 ${ms(last.p50)}, p99 ${ms(last.p99)}; the highest p99 was ${ms(worst)}.`;
}
