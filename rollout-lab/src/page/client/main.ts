/// <reference lib="dom" />
import type { FeedEvent } from '../../feed/events.ts';
import { Chart, chartInWords } from './chart.ts';
import { askChoices, drawControls, wireControls } from './controls.ts';
import { byId, setText } from './dom.ts';
import { Grid } from './grid.ts';
import { drawHeadline } from './headline.ts';
import { listenLive } from './live.ts';
import {
  drawEvidence,
  drawLedger,
  drawLegend,
  drawLog,
  drawReplicas,
  drawSchema,
  drawWeights,
} from './panels.ts';
import { Replay } from './replay.ts';
import { emptyState } from './state.ts';
import { take } from './take.ts';
import { drawTraffic, trafficInWords } from './traffic.ts';

const state = emptyState();
const grid = new Grid(byId('grid') as HTMLCanvasElement);
const chart = new Chart(byId('chart'));
const traffic = byId('traffic') as HTMLCanvasElement;
/** Drawings are described anew only so often: a description that changes is read out. */
const describeMs = 5_000;

let scheduled = false;
let secondDrawn = -1;

function schedule(): void {
  if (scheduled) return;
  scheduled = true;
  requestAnimationFrame(draw);
}

function draw(): void {
  scheduled = false;
  drawHeadline(state);
  drawLegend(state);
  drawWeights(state);
  drawSchema(state);
  drawReplicas(state);
  drawLedger(state);
  drawEvidence(state);
  drawLog(state);
  drawControls(state);
  grid.draw(state);
  chart.draw(state);
  const second = state.seconds.at(-1)?.at ?? 0;
  if (second === secondDrawn) return;
  secondDrawn = second;
  drawTraffic(traffic, state);
}

function describe(): void {
  traffic.setAttribute('aria-label', trafficInWords(state));
  byId('chart').setAttribute('aria-label', chartInWords(state));
  const { requests, failed, wrong } = state.totals;
  byId('grid').setAttribute('aria-label', `${requests} answers, ${failed + wrong} of them failed`);
}

function onEvent(event: FeedEvent): void {
  const sentence = take(state, event);
  if (sentence !== null) setText(byId('announcer'), sentence);
  if (event.type === 'run' || event.type === 'end') void askChoices().then(schedule);
  schedule();
}

function clear(): void {
  Object.assign(state, emptyState());
  grid.clear();
  schedule();
}

async function startReplay(): Promise<void> {
  byId('replay').hidden = false;
  const answer = await fetch('/replay.json');
  const body = (await answer.json()) as { events?: FeedEvent[]; error?: string };
  if (body.events === undefined) return setText(byId('run-step'), body.error ?? 'no replay');
  new Replay(body.events, { onEvent, clear });
}

// What scrolls has to be reached by the keyboard.
for (const box of document.querySelectorAll<HTMLElement>('.scroll')) box.tabIndex = 0;
wireControls();
void askChoices().then(schedule);
setInterval(describe, describeMs);
describe();
if (new URLSearchParams(location.search).has('replay')) {
  void startReplay();
} else {
  listenLive({
    onEvent,
    onContact(there) {
      byId('lost').hidden = there;
      if (there) void askChoices().then(schedule);
    },
  });
}
