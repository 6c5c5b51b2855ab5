export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What `/metrics` says, read as Prometheus reads it. */
export interface Exposition {
  readonly metrics: readonly { readonly name: string; type: string; help: string }[];
  readonly samples: readonly Sample[];
  /** Of the first sample that has these labels; undefined when there is none. */
  value(name: string, labels?: Readonly<Record<string, string>>): number | undefined;
  sum(name: string): number;
}

export async function scrape(url: string): Promise<Exposition> {
  return readExposition(await (await fetch(`${url}/metrics`)).text());
}

function readExposition(text: string): Exposition {
  const types = new Map(
    [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, n = '', t]) => [n, t]),
  );
  const metrics = [...text.matchAll(/^# HELP (\S+) (.*)$/gm)].map(([, name = '', help = '']) => ({
    name,
    help,
    type: types.get(name) ?? '',
  }));
  const samples = [...text.matchAll(/^(\w+)(?:\{(.*)\})? (\S+)$/gm)].map(
    ([, name = '', labels = '', value]) => ({
      name,
      labels: readLabels(labels),
      value: Number(value),
    }),
  );
  return {
    metrics,
    samples,
    value: (name, labels = {}) =>
      samples.find(
        (sample) =>
          sample.name === name &&
          Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
      )?.value,
    sum: (name) =>
      samples.reduce((sum, sample) => sum + (sample.name === name ? sample.value : 0), 0),
  };
}

function readLabels(text: string): Record<string, string> {
  return Object.fromEntries([...text.matchAll(/(\w+)="([^"]*)"/g)].map(([, l, v]) => [l, v]));
}
