import { describe, expect, it } from 'vitest';
import { Told } from './told.ts';

const order = (n: number) => ({ id: `o${n}`, customer: n, minor: n, address: '' });

describe('Told', () => {
  it('pays in the order of creation and each once', () => {
    const told = new Told();
    told.add(order(1));
    told.add(order(2));
    expect([told.takeUnpaid()?.id, told.takeUnpaid()?.id, told.takeUnpaid()]).toEqual([
      'o1',
      'o2',
      undefined,
    ]);
  });

  it('forgets the oldest when it is full', () => {
    const told = new Told(3);
    for (let n = 1; n <= 5; n++) told.add(order(n));
    expect(told.find('o2')).toBeUndefined();
    expect(told.find('o3')).toEqual(order(3));
    expect([0, 0.5, 0.99].map((u) => told.pick(u)?.id).sort()).toEqual(['o3', 'o4', 'o5']);
    expect(told.takeUnpaid()?.id).toBe('o3');
  });

  it('has nothing to pick from at first', () => {
    expect(new Told().pick(0.5)).toBeUndefined();
  });
});
