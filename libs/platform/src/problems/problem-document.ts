import type { Bilingual } from '#event-sourcing';
import type { Violation } from '../validation/compile-validator.js';
import type { HttpProblemDetails } from './http-problem.js';
import type { Language } from './language.js';
import { titleOf } from './status-titles.js';

/** What an error means to the caller, before language and request are known. */
export interface Problem extends HttpProblemDetails {
  readonly status: number;
  readonly code: string;
  readonly text: Bilingual;
}

/** RFC 9457 problem details as sent. `detail` and `message` are in the language asked for, `messages` in both. */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly messages: Bilingual;
  readonly instance: string;
  readonly code: string;
  readonly rule?: string;
  readonly correlationId: string;
  readonly errors?: readonly ProblemField[];
  readonly [fact: string]: unknown;
}

/** What is wrong with one field. */
export interface ProblemField {
  readonly field: string;
  readonly code: string;
  readonly rule?: string;
  readonly message: string;
  readonly messages: Bilingual;
}

/** The request that the problem answers. */
export interface ProblemContext {
  readonly language: Language;
  /** Path of the request, without query: a query may hold what does not belong into an answer or a log. */
  readonly instance: string;
  readonly correlationId: string;
}

/** The document for a problem. */
export const problemDocument = (problem: Problem, { language, instance, correlationId }: ProblemContext): ProblemDocument => ({
  ...problem.facts,
  type: `urn:portolan:problem:${problem.code}`,
  title: titleOf(problem.status)[language],
  status: problem.status,
  detail: problem.text[language],
  messages: problem.text,
  instance,
  code: problem.code,
  ...(problem.rule !== undefined && { rule: problem.rule }),
  correlationId,
  ...(problem.errors && { errors: problem.errors.map((violation) => problemField(violation, language)) }),
});

const problemField = ({ field, code, rule, message }: Violation, language: Language): ProblemField => ({
  field,
  code,
  ...(rule !== undefined && { rule }),
  message: message[language],
  messages: message,
});
