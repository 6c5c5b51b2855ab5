import { Gauge, Registry } from 'prom-client';
import type { GateReport } from '../../schema-change/gate/gate.ts';

export interface GateMetrics {
  readonly registry: Registry;
  note(report: GateReport): void;
}

/** What the gates said when they were last asked. docs/gate.md explains them. */
export function createGateMetrics(): GateMetrics {
  const registry = new Registry();
  const registers = [registry];
  const labelNames = ['change', 'gate'] as const;
  const passed = new Gauge({
    name: 'schema_gate_passed',
    help: 'Whether the gate let the step through when it was last asked.',
    labelNames,
    registers,
  });
  const checkPassed = new Gauge({
    name: 'schema_gate_check_passed',
    help: 'Whether a check of the gate passed when it was last asked.',
    labelNames: [...labelNames, 'check'],
    registers,
  });
  const evaluatedAt = new Gauge({
    name: 'schema_gate_evaluated_timestamp_seconds',
    help: 'When the gate was last asked, by the database’s clock, in seconds since 1970.',
    labelNames,
    registers,
  });
  /** A gate asks other checks in another state: what is not asked any more has no value. */
  const asked = new Map<string, readonly string[]>();

  return {
    registry,
    note({ change, gate, at, checks, passed: letThrough }) {
      const labels = { change, gate };
      const key = `${change}/${gate}`;
      for (const check of asked.get(key) ?? []) checkPassed.remove({ ...labels, check });
      asked.set(
        key,
        checks.map(({ name }) => name),
      );
      for (const check of checks)
        checkPassed.set({ ...labels, check: check.name }, Number(check.passed));
      passed.set(labels, Number(letThrough));
      evaluatedAt.set(labels, Date.parse(at) / 1000);
    },
  };
}
