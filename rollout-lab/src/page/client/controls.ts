/// <reference lib="dom" />
import { byId, el, replaceWhen, setText } from './dom.ts';
import type { PageState } from './state.ts';

/** GET /options. */
interface Choices {
  readonly strategies: readonly { readonly name: string; readonly what: string }[];
  readonly candidates: readonly { readonly name: string; readonly wrong: string }[];
  readonly flags: readonly string[];
  readonly running: boolean;
  readonly mayStart: boolean;
  readonly replay: boolean;
}

let choices: Choices | null = null;

/** Asks what may be done now, and offers that. */
export async function askChoices(): Promise<void> {
  const answer = await fetch('/options').catch(() => null);
  if (answer?.ok !== true) return;
  choices = (await answer.json()) as Choices;
  const { strategies, candidates } = choices;
  fill(
    'strategy',
    strategies.map(({ name, what }) => [name, `${name}: ${what}`] as const),
  );
  fill(
    'candidate',
    candidates.map(({ name, wrong }) => [name, `${name}: ${wrong}`] as const),
  );
}

function fill(id: string, options: readonly (readonly [value: string, text: string])[]): void {
  replaceWhen(byId(id), JSON.stringify(options), () =>
    options.map(([value, text]) => el('option', { value }, text)),
  );
}

/** Why nothing can be done to a run; null when something can. */
function whyNot({ run, end }: PageState): string | null {
  if (choices === null) return 'The lab cannot be reached.';
  if (choices.replay) return 'This is a replay: the run is over.';
  if (run === null) return 'No run is under way.';
  return end === null ? null : 'The run has ended.';
}

/** Enables what can be done now, and says why the rest cannot. */
export function drawControls(state: PageState): void {
  const reason = whyNot(state);
  for (const fieldset of document.querySelectorAll<HTMLFieldSetElement>('fieldset.of-run')) {
    fieldset.disabled = reason !== null;
  }
  setText(byId('why-not'), reason ?? '');
  const start = document.querySelector<HTMLFieldSetElement>('#start fieldset');
  if (start !== null) {
    start.disabled =
      choices?.mayStart !== true || choices.running || (state.run !== null && reason === null);
    byId('start').hidden = choices?.mayStart !== true;
  }
  const flags = choices?.flags ?? [];
  fill(
    'flag',
    flags.map((name) => [name, name] as const),
  );
  const replicas = [...state.replicas].filter(([, { state: now }]) => now === 'ready');
  fill(
    'replica',
    replicas.map(([id, { release }]) => [id, `${id} (${release})`] as const),
  );
}

async function order(body: Readonly<Record<string, unknown>>): Promise<void> {
  const told = byId('told');
  setText(told, '');
  try {
    const answer = await fetch('/control', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const { error } = (await answer.json()) as { error?: string };
    setText(told, error ?? 'Done.');
  } catch {
    setText(told, 'The lab cannot be reached.');
  }
  await askChoices();
}

/** Has the buttons and forms of the page do what they say. */
export function wireControls(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>('button[data-do]')) {
    button.addEventListener('click', () => void order({ do: button.dataset.do }));
  }
  onSubmit('start', (form) => ({
    strategy: form.get('strategy'),
    candidate: form.get('candidate'),
    quick: form.get('quick') !== null,
  }));
  onSubmit('flag-form', (form) => {
    const rollout = Number(form.get('rollout'));
    return { do: 'flag', name: form.get('name'), enabled: rollout > 0, rollout };
  });
  onSubmit('kill-form', (form) => ({ do: 'kill', replica: form.get('replica') }));
  onSubmit('stall-form', (form) => ({ do: 'stall', seconds: Number(form.get('seconds')) }));
}

function onSubmit(id: string, bodyOf: (form: FormData) => Readonly<Record<string, unknown>>): void {
  byId(id).addEventListener('submit', (event) => {
    event.preventDefault();
    void order({ do: 'start', ...bodyOf(new FormData(event.target as HTMLFormElement)) });
  });
}
