import { describe, expect, it } from 'vitest';
import { expand, plant } from './planted.ts';

const fault = 'ALTER TABLE orders\n  ADD COLUMN fee float8;';

describe('an allowance', () => {
  it('takes a finding on itself, above the statement or within it', async () => {
    expect(await plant([expand(`-- lint allows money-in-float: a share\n${fault}`)])).toEqual([]);
    const within = fault.replace('\n', ' -- lint allows money-in-float: a share\n');
    expect(await plant([expand(within)])).toEqual([]);
  });

  it('is for one statement and one rule', async () => {
    const text = `-- lint allows money-in-float: a share\n${fault}\n${fault.replace('fee', 'tax')}`;
    expect(await plant([expand(text)])).toEqual(['0002_expand_planted.sql:5 money-in-float']);
    const other = `-- lint allows cascade: a share\n${fault}`;
    expect(await plant([expand(other)])).toEqual([
      '0002_expand_planted.sql:1 allowance',
      '0002_expand_planted.sql:3 money-in-float',
    ]);
  });

  it('needs a reason', async () => {
    expect(await plant([expand(`-- lint allows money-in-float\n${fault}`)])).toEqual([
      '0002_expand_planted.sql:1 allowance',
      '0002_expand_planted.sql:3 money-in-float',
    ]);
  });

  it('is a finding itself once nothing needs it', async () => {
    const text =
      '-- lint allows money-in-float: a share\nALTER TABLE orders ADD COLUMN fee numeric;';
    expect(await plant([expand(text)])).toEqual(['0002_expand_planted.sql:1 allowance']);
  });

  it('is the only one: squawk’s own way has no reasons', async () => {
    const text = '-- squawk-ignore prefer-identity\nCREATE TABLE gifts (id bigserial);';
    expect(await plant([expand(text)])).toEqual(['0002_expand_planted.sql:1 allowance']);
  });
});
