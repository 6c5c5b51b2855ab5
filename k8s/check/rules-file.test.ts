import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { rulesFile, rulesObject } from './rules-file.ts';

it('the rules for the operator are those of monitoring/alerts.yml', () => {
  expect(parse(readFileSync(rulesFile, 'utf8'))).toEqual(rulesObject());
});
