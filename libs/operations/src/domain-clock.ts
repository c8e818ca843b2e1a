import { systemClock, type Clock } from '#event-sourcing';
import { choice, setting } from '#platform';
import { MovableClock } from './movable-clock.js';

/** Settings of the domain clock. */
export const clockSettings = {
  clock: setting(
    'PORTOLAN_CLOCK',
    choice('system', 'movable'),
    'The domain clock: `system`, or `movable` for demos and tests, where `POST /v1/ops/clock/advance` moves it for all processes.',
    'system',
  ),
};

/** The domain clock of a process; `movable` is the same clock if it can be moved. */
export interface DomainClock {
  readonly clock: Clock;
  readonly movable: MovableClock | undefined;
}

/** The clock that the settings ask for. */
export const domainClock = (kind: 'system' | 'movable'): DomainClock => {
  if (kind === 'system') return { clock: systemClock, movable: undefined };
  const movable = new MovableClock();
  return { clock: movable, movable };
};
