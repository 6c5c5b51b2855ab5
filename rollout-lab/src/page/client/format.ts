/** A latency as people read it; a dash where there is none. */
export function ms(value: number | null): string {
  if (value === null) return '–';
  return value < 10 ? `${value.toFixed(1)} ms` : `${Math.round(value)} ms`;
}

const whole = new Intl.NumberFormat('en');

export const count = (value: number): string => whole.format(value);

/** Minutes and seconds since the run began. */
export function clock(sinceMs: number): string {
  const seconds = Math.max(0, Math.floor(sinceMs / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** A figure of a check: a share of requests, milliseconds or a count, by the check's name. */
export function figure(check: string, value: number | null | undefined): string {
  if (value === null || value === undefined) return '–';
  if (check === 'success-rate') return `${(100 * value).toFixed(2)} %`;
  if (check === 'p99' || check === 'latency') return ms(value);
  return String(Math.round(value * 100) / 100);
}
