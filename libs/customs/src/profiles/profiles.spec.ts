import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Refusal, Refusals, companyId, systemActor, type EventMetadata } from '#event-sourcing';
import { compileValidator } from '#platform';
import { changeProfile } from './change-profile.js';
import type { CustomsProfileEntry, CustomsProfileEvent } from './events.js';
import { CustomsProfileInput } from './profile-input.js';
import { customsProfile, profileAt, type CustomsProfile } from './profile.js';
import { registerProfile } from './register-profile.js';

const INPUT: CustomsProfileInput = {
  companyName: '四川荔枝贸易有限公司',
  ebcCode: '123456789X',
  uscc: '91330100799655058B',
  channel: 'SiChuanEport',
  service9710Active: true,
  eportDataAuthorised: false,
};
const NOW = new Date('2022-06-21T03:00:00Z');
const world = { now: NOW, actor: systemActor('test'), id: 'acme', company: companyId('acme') };

const after = (profile: CustomsProfile, events: readonly CustomsProfileEvent[]): CustomsProfile =>
  events.reduce(
    (state, event, revision) => customsProfile.evolve(state, { ...event, id: 'e', stream: 'customsProfile-acme', revision, position: revision, metadata: {} as EventMetadata }),
    profile,
  );
const registered = (input = INPUT): CustomsProfile => after(customsProfile.initialState, registerProfile(input, customsProfile.initialState, world));

const thrown = (act: () => unknown): unknown => {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was refused');
};

describe('a company’s customs profile', () => {
  it('9710-C16 holds from an instant on, until the next entry begins', () => {
    const july = '2022-07-01T00:00:00.000Z';
    const profile = after(registered(), changeProfile({ ...INPUT, ebcCode: '4403169D3W', effectiveFrom: july }, registered(), world));
    expect(profileAt(profile, new Date('2022-06-21T02:59:59Z'))).toBeUndefined();
    expect(profileAt(profile, NOW)?.ebcCode).toBe('123456789X');
    expect(profileAt(profile, new Date('2022-06-30T23:59:59.999Z'))?.ebcCode).toBe('123456789X');
    expect(profileAt(profile, new Date(july))?.ebcCode).toBe('4403169D3W');
  });

  it('9710-C16 may be registered from a past instant on, but is not changed in the past', () => {
    const profile = registered({ ...INPUT, effectiveFrom: '2022-01-01T00:00:00Z' });
    expect(profileAt(profile, new Date('2022-03-01T00:00:00Z'))?.companyName).toBe(INPUT.companyName);
    const error = thrown(() => changeProfile({ ...INPUT, effectiveFrom: '2022-06-21T02:59:59Z' }, profile, world));
    expect(error).toMatchObject({ rule: '9710-C16', details: { field: 'effectiveFrom' } });
  });

  it('9710-C16 is registered once', () => {
    expect(thrown(() => registerProfile(INPUT, registered(), world))).toMatchObject({ rule: '9710-C16', kind: 'conflict' });
  });

  it('9710-R5 is kept by operations and nobody else', () => {
    const exporter = { ...world, actor: { id: 'user:li', roles: ['exporter' as const], companyId: companyId('acme') } };
    expect(thrown(() => registerProfile(INPUT, customsProfile.initialState, exporter))).toMatchObject({ kind: 'forbidden' });
    expect(thrown(() => changeProfile(INPUT, registered(), exporter))).toMatchObject({ kind: 'forbidden' });
  });

  it('9710-R5 9710-R6 refuses codes that cannot be anybody’s', () => {
    const error = thrown(() => registerProfile({ ...INPUT, ebcCode: '12345A789X', uscc: '91330100799655058C' }, customsProfile.initialState, world));
    expect(error).toBeInstanceOf(Refusals);
    expect((error as Refusals).refusals.map(({ details }) => details.field)).toEqual(['ebcCode', 'uscc']);
    expect(thrown(() => registerProfile({ ...INPUT, uscc: '9133010079965505IB' }, customsProfile.initialState, world))).toBeInstanceOf(Refusal);
  });

  it('9710-R30 9710-R31 says of service and authorisation yes or no, never nothing', () => {
    const validate = compileValidator(CustomsProfileInput);
    expect(validate(INPUT)).toEqual([]);
    const { service9710Active: _, ...without } = INPUT;
    expect(validate(without).map(({ field }) => field)).toEqual(['service9710Active']);
    expect(validate({ ...INPUT, eportDataAuthorised: 'yes' }).map(({ field }) => field)).toEqual(['eportDataAuthorised']);
  });

  it('9710-C16 gives the newest entry that has begun, in whatever order entries were added', () => {
    const dates = fc.uniqueArray(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(dates, fc.integer({ min: -10, max: 1010 }), (days, day) => {
        const at = (n: number): Date => new Date(NOW.getTime() + n * 86_400_000);
        const events = days.map((n): CustomsProfileEvent => {
          const entry: CustomsProfileEntry = { ...INPUT, companyName: String(n), effectiveFrom: at(n).toISOString() };
          return { type: 'CustomsProfileChanged', data: { companyId: 'acme', entry } };
        });
        const begun = days.filter((n) => n <= day);
        const expected = begun.length === 0 ? undefined : String(Math.max(...begun));
        expect(profileAt(after(customsProfile.initialState, events), at(day))?.companyName).toBe(expected);
      }),
    );
  });
});
