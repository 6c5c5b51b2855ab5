/** One line of `/metrics`. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const escapes: Readonly<Record<string, string>> = { '\\n': '\n', '\\"': '"', '\\\\': '\\' };

/** All samples of one metric in a text of Prometheus' exposition format 0.0.4. */
export function samplesOf(text: string, metric: string): Sample[] {
  const line = new RegExp(`^${metric}(?:\\{(.*)\\})? (\\S+)(?: -?\\d+)?$`, 'gm');
  return [...text.matchAll(line)].map(([, labels = '', value]) => ({
    labels: readLabels(labels),
    value: Number(value),
  }));
}

function readLabels(text: string): Record<string, string> {
  const pairs = text.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g);
  return Object.fromEntries(
    [...pairs].map(([, name, value = '']) => [
      name,
      value.replace(/\\[n"\\]/g, (escaped) => escapes[escaped] ?? escaped),
    ]),
  );
}
