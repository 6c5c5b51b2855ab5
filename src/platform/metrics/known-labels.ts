import { Counter, type Registry } from 'prom-client';

export interface CounterOptions<Label extends string, Value extends string> {
  readonly name: string;
  readonly help: string;
  readonly label: Label;
  readonly values: readonly Value[];
  readonly registers: Registry[];
}

/**
 * A counter with one label whose values are known. Each is there from the start, as 0: `rate()` does
 * not see a series whose first value is 1, and an alert on it would miss the first occurrence.
 */
export function counterOf<Label extends string, Value extends string>(
  options: CounterOptions<Label, Value>,
) {
  const { name, help, label, values, registers } = options;
  const counter = new Counter({ name, help, labelNames: [label], registers });
  for (const value of values) counter.labels(value).inc(0);
  return counter;
}
