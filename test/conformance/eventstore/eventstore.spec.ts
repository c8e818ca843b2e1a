import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OUT_OF_SCOPE } from './deviations.js';
import { recordedScenarios } from './recorded.js';
import { Replay } from './replay.js';
import { targets, type Target } from './target.js';

const scenarios = recordedScenarios();

describe.each(targets)('$name answers as EventStoreDB 23.10.8 did', ({ kind, open }) => {
  let target: Target;
  let replay: Replay;

  beforeAll(async () => {
    target = await open();
    replay = new Replay(target.address, kind, (milliseconds) => target.passTime(milliseconds));
  });

  afterAll(async () => {
    replay.close();
    await target.close();
  });

  for (const scenario of scenarios.filter(({ id }) => !(id in OUT_OF_SCOPE)))
    it(`${scenario.id}: ${scenario.title}`, async () => {
      expect(await replay.run(scenario)).toEqual([]);
    });
});

it('replays every scenario that it does not give a reason to leave out', () => {
  const ids = scenarios.map(({ id }) => id);
  expect(Object.keys(OUT_OF_SCOPE).filter((id) => !ids.includes(id))).toEqual([]);
  expect(ids).toHaveLength(173);
});
