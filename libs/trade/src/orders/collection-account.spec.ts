import { describe, expect, it } from '@jest/globals';
import { collectionAccountOf, orderNoOf } from './collection-account.js';

describe('a collection account', () => {
  it('TA-R6 is another for every order, and leads back to it', () => {
    const orders = ['38854287001026709', '38854287001026710', '10000000000000000'];
    const accounts = orders.map(collectionAccountOf);
    expect(new Set(accounts).size).toBe(orders.length);
    expect(accounts.map(orderNoOf)).toEqual(orders);
  });

  it('TA-R6 mistyped is none: a wrong digit, two exchanged, one too few', () => {
    const account = collectionAccountOf('38854287001026709');
    const wrong = [account.replace('3885', '3886'), account.replace('8542', '8524'), account.slice(0, -1), '', '62'];
    expect(wrong.map(orderNoOf)).toEqual(wrong.map(() => undefined));
  });
});
