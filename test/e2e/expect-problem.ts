import { expect } from '@jest/globals';
import type { EventLog } from '#event-sourcing';
import type { Answer } from './local-system.js';

/** What of a problem document a test looks at; `field` names the one among its errors that code and rule are of. */
export interface Problem {
  readonly status: number;
  readonly field?: string;
  readonly code?: string;
  readonly rule?: string;
}

const BOTH_LANGUAGES = { en: expect.stringMatching(/[a-z]/), zh: expect.stringMatching(/\p{Script=Han}/u) };

/** The request is answered with this problem, in both languages, and nothing is written. */
export const expectProblem = async (log: EventLog, request: () => Promise<Answer>, { status, field, code, rule }: Problem): Promise<void> => {
  const before = await log.lastPosition();
  const answer = await request();
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect({ status: answer.status, body: answer.body }).toMatchObject({ status, body: { status, messages: BOTH_LANGUAGES } });
  const { errors = [], ...problem } = answer.body as { errors?: Record<string, unknown>[]; rule?: string; code?: string };
  const named = field === undefined ? problem : errors.find((error) => error['field'] === field);
  expect(named).toMatchObject({ messages: BOTH_LANGUAGES, ...(code !== undefined && { code }), ...(rule !== undefined && { rule }) });
  expect(await log.lastPosition()).toBe(before);
};
