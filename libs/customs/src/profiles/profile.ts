import type { Aggregate } from '#event-sourcing';
import type { CustomsProfileEntry, CustomsProfileEvent } from './events.js';

/** A company's dated customs profile: entries in the order in which they take effect. */
export interface CustomsProfile {
  readonly entries: readonly CustomsProfileEntry[];
}

/** The entry in force at the instant; undefined before the first one (9710-C16). */
export const profileAt = ({ entries }: CustomsProfile, instant: Date): CustomsProfileEntry | undefined =>
  entries.findLast(({ effectiveFrom }) => new Date(effectiveFrom) <= instant);

const withEntry = ({ entries }: CustomsProfile, entry: CustomsProfileEntry): CustomsProfile => {
  const others = entries.filter(({ effectiveFrom }) => effectiveFrom !== entry.effectiveFrom);
  return { entries: [...others, entry].sort((a, b) => a.effectiveFrom.localeCompare(b.effectiveFrom)) };
};

/** The streams `customsProfile-<companyId>`. */
export const customsProfile: Aggregate<CustomsProfile, CustomsProfileEvent> = {
  category: 'customsProfile',
  initialState: { entries: [] },
  evolve: (profile, event) => {
    switch (event.type) {
      case 'CustomsProfileRegistered':
      case 'CustomsProfileChanged':
        return withEntry(profile, event.data.entry);
    }
    return profile;
  },
};
