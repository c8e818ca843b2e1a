import { describe, expect, it } from '@jest/globals';
import { allowedActions, type OrderAction } from './actions.js';
import {
  EXPORTER,
  REVIEWER,
  approved,
  cancelledAfterSuccess,
  completed,
  drafted,
  failed,
  inReview,
  sending,
  toDeclare,
  toModify,
  underVerification,
  type OrderScenario,
} from './order.scenarios.js';

const of = (order: OrderScenario, actor = EXPORTER): readonly OrderAction[] => allowedActions(order.state, actor.roles);

describe('the actions allowed', () => {
  it.each<[string, () => OrderScenario, readonly OrderAction[]]>([
    ['a draft', drafted, ['save-draft', 'replace-lines', 'delete-draft', 'send', 'copy']],
    ['an order under review', inReview, ['copy']],
    ['an approved order', approved, ['copy']],
    ['an order being sent', sending, ['copy', 'open-support-case']],
    ['an order that could not be sent', failed, ['resend', 'return-for-modification', 'copy']],
    ['an order to be declared', toDeclare, ['return-for-modification', 'copy', 'upload-declaration']],
    ['an order with a declaration', underVerification, ['copy']],
    ['a returned order', toModify, ['replace-lines', 'send', 'modify', 'cancel', 'copy']],
    ['a cancelled order', cancelledAfterSuccess, ['copy']],
    ['a finished order', completed, ['copy']],
  ])('9710-C7 9710-R44 are listed for the exporter with %s', (_, order, actions) => {
    expect(of(order())).toEqual(actions);
  });

  it('9710-C7 are others for a reviewer', () => {
    expect(of(inReview(), REVIEWER)).toEqual(['approve', 'request-confirmation', 'return']);
    expect(of(underVerification(), REVIEWER)).toEqual(['verify-declaration', 'reject-declaration', 'report-release']);
    expect(of(drafted(), REVIEWER)).toEqual([]);
  });

  it('are those of all roles of a caller who has several', () => {
    expect(allowedActions(inReview().state, ['exporter', 'reviewer'])).toEqual(['approve', 'request-confirmation', 'return', 'copy']);
  });

  it('are none for those who only watch', () => {
    for (const role of ['auditor', 'ops', 'broker'] as const) expect(allowedActions(failed().state, [role])).toEqual([]);
  });
});
