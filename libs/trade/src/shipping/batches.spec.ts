import { describe, expect, it } from '@jest/globals';
import { compileValidator } from '#platform';
import { allowedBatchActions, allowedShippingActions } from './actions.js';
import { addBatch } from './add-batch.js';
import { customsRow } from './batch-standing.js';
import { ChooseExportWayInput, chooseExportWay } from './choose-export-way.js';
import { deleteBatch, refuseBatchDeletion } from './delete-batch.js';
import { followExportOrder } from './follow-export-order.js';
import { recordTracking } from './record-tracking.js';
import { refuseExportService } from './refuse-export-service.js';
import { SetBatchGoodsInput, setBatchGoods } from './set-goods.js';
import { setBatchLogistics } from './set-logistics.js';
import { EXPORT_ORDER_NO, EXPORTER, GOODS, LOGISTICS, ORDER_NO, REVIEWER, SYSTEM, following, linked, packed, serviceChosen, shipping, verified } from './shipping.scenarios.js';
import { submitBatchDeclaration } from './submit-declaration.js';

describe('a shipment batch', () => {
  it('9710-R1 has goods and logistics of the same kind whichever way it is declared', () => {
    for (const way of ['9710-service', 'smart-declaration', 'own-declaration'] as const) {
      const scenario = packed().when(chooseExportWay, { batchNo: 1, way });
      expect(scenario.batch()).toMatchObject({ goods: [{ lineNo: 1, name: 'Table lamp', qty: '5', unit: 'pieces' }], logistics: LOGISTICS });
    }
  });

  it('9710-R1 never ships more than was ordered over all batches, and says which line it is', () => {
    const scenario = linked(serviceChosen(packed(shipping(), [{ lineNo: 1, qty: '6' }])));
    scenario.when(addBatch, {});
    const [refusal] = scenario.refusals(setBatchGoods, { batchNo: 2, goods: [{ lineNo: 2, qty: '1' }, { lineNo: 1, qty: '4.00001' }] });
    expect(refusal).toMatchObject({ rule: '9710-R1', kind: 'invalid', details: { field: 'goods[1].qty', facts: { ordered: '10', elsewhere: '6' } } });
    expect(scenario.when(setBatchGoods, { batchNo: 2, goods: [{ lineNo: 1, qty: '4.0' }] }).batch(2).goods).toEqual([{ lineNo: 1, name: 'Table lamp', qty: '4', unit: 'pieces' }]);
    expect(scenario.when(setBatchGoods, { batchNo: 2, goods: [{ lineNo: 1, qty: '3' }] }).batch(2).goods[0]?.qty).toBe('3');
  });

  it('9710-R1 gives back the goods of a deleted batch, but not its number', () => {
    const scenario = packed(shipping(), [{ lineNo: 1, qty: '10' }]).when(deleteBatch, { batchNo: 1 });
    expect(packed(scenario, [{ lineNo: 1, qty: '10' }]).batch(2).goods).toHaveLength(1);
  });

  it('9710-R1 ships lines of the order, each once', () => {
    const refusals = shipping().when(addBatch, {}).refusals(setBatchGoods, { batchNo: 1, goods: [{ lineNo: 3, qty: '1' }, { lineNo: 1, qty: '1' }, { lineNo: 1, qty: '1' }] });
    expect(refusals.map(({ details }) => details.field)).toEqual(['goods[0].lineNo', 'goods[2].lineNo']);
    expect(compileValidator(SetBatchGoodsInput)({ goods: [{ lineNo: 1, qty: '0' }] })).toMatchObject([{ field: 'goods[0].qty', rule: '9710-R1' }]);
  });

  it('9710-R1 keeps what the carrier tells, once', () => {
    const word = { batchNo: 1, at: '2022-06-20T08:00:00Z', status: '已揽收', place: '成都' };
    const scenario = packed().when(recordTracking, word).when(recordTracking, word);
    expect(scenario.types).toEqual([]);
    expect(scenario.batch().tracking).toEqual([{ at: '2022-06-20T08:00:00.000Z', status: '已揽收', place: '成都' }]);
    expect(scenario.refusals(recordTracking, { ...word, at: '2022-06-22T08:00:00Z' })[0]?.details.field).toBe('at');
    expect(shipping().when(addBatch, {}).refusals(recordTracking, word)[0]?.rule).toBe('9710-R52');
  });

  it('9710-R2 gives export information by one of three ways', () => {
    expect(compileValidator(ChooseExportWayInput)({ way: 'agent' })).toMatchObject([{ field: 'way', rule: '9710-R2' }]);
    expect(packed().when(chooseExportWay, { batchNo: 1, way: '9710-service', tradeCountry: 'US' }).last).toMatchObject([
      { type: 'ExportServiceChosen', data: { requestId: `${ORDER_NO}/1/1`, account: EXPORTER.id, currency: 'USD', tradeCountry: 'US', goods: [{ name: 'Table lamp' }] } },
    ]);
    for (const way of ['smart-declaration', 'own-declaration'] as const) expect(packed().when(chooseExportWay, { batchNo: 1, way }).last).toMatchObject([{ type: 'ExportWayChosen', data: { way } }]);
  });

  it('9710-R2 lets the way be changed until there is export information, and not after', () => {
    const scenario = packed().when(chooseExportWay, { batchNo: 1, way: 'smart-declaration' }).when(chooseExportWay, { batchNo: 1, way: '9710-service' });
    expect(scenario.refusals(chooseExportWay, { batchNo: 1, way: 'own-declaration' })[0]?.rule).toBe('9710-R2');
    expect(linked(scenario).refusals(chooseExportWay, { batchNo: 1, way: '9710-service' })[0]?.rule).toBe('9710-R2');
    expect(verified().refusals(chooseExportWay, { batchNo: 1, way: '9710-service' })[0]?.rule).toBe('9710-R2');
  });

  it('9710-R52 takes step 3 only after steps 1 and 2, in whatever order these are saved', () => {
    const scenario = shipping().when(addBatch, {});
    expect(scenario.refusals(chooseExportWay, { batchNo: 1, way: '9710-service' })[0]).toMatchObject({ rule: '9710-R52', kind: 'conflict' });
    scenario.when(setBatchLogistics, { batchNo: 1, ...LOGISTICS });
    expect(scenario.refusals(chooseExportWay, { batchNo: 1, way: '9710-service' })[0]?.rule).toBe('9710-R52');
    scenario.when(setBatchGoods, { batchNo: 1, goods: GOODS });
    expect(scenario.when(chooseExportWay, { batchNo: 1, way: '9710-service' }).types).toEqual(['ExportServiceChosen']);
  });

  it('9710-R53 offers another batch once the latest has export information', () => {
    const scenario = packed();
    expect(allowedShippingActions(scenario.order, EXPORTER.roles)).toEqual([]);
    expect(scenario.refusals(addBatch, {})[0]).toMatchObject({ rule: '9710-R53', code: 'action-not-allowed' });
    serviceChosen(scenario);
    expect(scenario.refusals(addBatch, {})[0]?.rule).toBe('9710-R53');
    expect(allowedShippingActions(linked(scenario).order, EXPORTER.roles)).toEqual(['add-batch']);
    expect(scenario.when(addBatch, {}).last).toEqual([{ type: 'BatchAdded', data: { orderNo: ORDER_NO, batchNo: 2 } }]);
  });

  it('TA-R16 is shipped once the money is in', () => {
    for (const status of ['DRAFT', 'AWAITING_BUYER', 'AWAITING_PAYMENT', 'CANCELLED', 'COMPLETED', 'DISPUTED']) expect(shipping({ status }).refusals(addBatch, {})[0]?.rule).toBe('TA-R16');
    for (const status of ['AWAITING_SHIPMENT', 'PARTIALLY_SHIPPED', 'SHIPPED']) expect(shipping({ status }).when(addBatch, {}).types).toEqual(['BatchAdded']);
  });

  it('TA-R18 is exported by what the order’s channel allows', () => {
    expect(packed(shipping({ exportChannel: 'SELF_0110' })).refusals(chooseExportWay, { batchNo: 1, way: '9710-service' })[0]).toMatchObject({ rule: 'TA-C1', details: { field: 'way' } });
    const agent = packed(shipping({ exportChannel: 'AGENT' }));
    for (const way of ['9710-service', 'own-declaration'] as const) expect(agent.refusals(chooseExportWay, { batchNo: 1, way })[0]?.rule).toBe('TA-C1');
    expect(agent.when(chooseExportWay, { batchNo: 1, way: 'smart-declaration' }).types).toEqual(['ExportWayChosen']);
  });

  it('is the exporter’s, and there is none with another number', () => {
    expect(shipping().refusals(addBatch, {}, REVIEWER)[0]?.kind).toBe('forbidden');
    expect(shipping().refusals(setBatchGoods, { batchNo: 1, goods: GOODS })).toEqual([]);
  });
});

describe('the 9710 order of a batch', () => {
  it('TA-R17 is linked when customs has drafted it, for the request that asked for it', () => {
    const scenario = linked();
    expect(scenario.last).toEqual([{ type: 'ExportOrderLinked', data: { orderNo: ORDER_NO, batchNo: 1, requestId: `${ORDER_NO}/1/1`, exportOrderNo: EXPORT_ORDER_NO } }]);
    expect(customsRow(scenario.batch(), scenario.order.batches)).toEqual({ status: 'AWAITING_ACCEPTANCE', number: EXPORT_ORDER_NO });
    expect(linked(scenario, '185002-00000').types).toEqual([]);
  });

  it('9710-R36 is followed by the row 报关 of the batch', () => {
    const row = (status: Parameters<typeof following>[0]) => {
      const scenario = following(status);
      return customsRow(scenario.batch(), scenario.order.batches).status;
    };
    for (const status of ['IN_REVIEW', 'TO_CONFIRM', 'APPROVED', 'SENDING', 'TO_DECLARE', 'DECLARATION_REVIEW'] as const) expect(row(status)).toBe('AWAITING_ACCEPTANCE');
    expect(row('TO_MODIFY')).toBe('TO_MODIFY');
    expect(row('COMPLETED')).toBe('VERIFIED');
    expect(row('CANCELLED')).toBe('AWAITING_DECLARATION');
  });

  it('9710-R24 cancelled, the batch goes on by the ordinary way 0110', () => {
    const scenario = following('CANCELLED', following('TO_MODIFY'));
    expect(scenario.types).toEqual(['ExportOrderFollowed', 'BatchPutOnOrdinaryPath']);
    expect(allowedBatchActions(scenario.order, scenario.batch(), EXPORTER.roles)).toEqual(expect.arrayContaining(['choose-export-way', 'submit-declaration', 'delete-batch']));
    expect(scenario.refusals(chooseExportWay, { batchNo: 1, way: '9710-service' })[0]).toMatchObject({ rule: '9710-R24', code: 'ordinary-path' });
    expect(scenario.when(chooseExportWay, { batchNo: 1, way: 'smart-declaration' }).types).toEqual(['ExportWayChosen']);
  });

  it('9710-R52 returned, it reopens the batch for editing; sent again, it closes it', () => {
    const scenario = following('IN_REVIEW');
    expect(scenario.refusals(setBatchGoods, { batchNo: 1, goods: GOODS })[0]?.rule).toBe('9710-C11');
    following('TO_MODIFY', scenario);
    expect(scenario.types).toEqual(['ExportOrderFollowed', 'BatchReopened']);
    scenario.when(setBatchGoods, { batchNo: 1, goods: [{ lineNo: 2, qty: '1' }] });
    expect(scenario.last).toMatchObject([{ type: 'BatchGoodsSet', data: { exportOrderNo: EXPORT_ORDER_NO } }]);
    expect(following('IN_REVIEW', scenario).refusals(setBatchLogistics, { batchNo: 1, ...LOGISTICS })[0]?.rule).toBe('9710-C11');
  });

  it('9710-R36 does not take the batch back: old news and news of another order change nothing', () => {
    const scenario = following('IN_REVIEW', following('TO_MODIFY', following('IN_REVIEW')));
    const news = { batchNo: 1, exportOrderNo: EXPORT_ORDER_NO, status: 'APPROVED', revision: 9 } as const;
    for (const stale of [{ revision: 2 }, { revision: 3 }, { exportOrderNo: '185002-00000' }, { batchNo: 2 }]) expect(scenario.when(followExportOrder, { ...news, ...stale }, SYSTEM).types).toEqual([]);
    expect(scenario.when(followExportOrder, news, SYSTEM).types).toEqual(['ExportOrderFollowed']);
  });

  it('TA-R17 deleted as a draft, it leaves the batch open for any way', () => {
    const scenario = following('DELETED');
    expect(customsRow(scenario.batch(), scenario.order.batches)).toEqual({ status: 'NONE', number: null });
    expect(scenario.when(chooseExportWay, { batchNo: 1, way: '9710-service' }).last).toMatchObject([{ data: { requestId: `${ORDER_NO}/1/2` } }]);
  });

  it('TA-R17 refused by customs, the batch says why and another way can be chosen', () => {
    const reason = { en: 'not activated', zh: '尚未开通' };
    const scenario = serviceChosen().when(refuseExportService, { batchNo: 1, requestId: `${ORDER_NO}/1/1`, rule: '9710-R30', reason }, SYSTEM);
    expect(scenario.last).toMatchObject([{ type: 'ExportServiceRefused', data: { rule: '9710-R30', reason } }]);
    expect(scenario.when(chooseExportWay, { batchNo: 1, way: 'own-declaration' }).types).toEqual(['ExportWayChosen']);
  });
});

describe('deleting a batch', () => {
  it('9710-C11 is possible without export information', () => {
    for (const scenario of [shipping().when(addBatch, {}), packed(), packed().when(chooseExportWay, { batchNo: 1, way: 'own-declaration' }), following('CANCELLED'), following('DELETED')]) {
      expect(scenario.when(deleteBatch, { batchNo: 1 }).types).toEqual(['BatchDeleted']);
    }
  });

  it.each(['DRAFT', 'TO_MODIFY'] as const)('9710-C11 with a 9710 order that is %s takes that order with it', (status) => {
    const scenario = status === 'DRAFT' ? linked() : following(status);
    scenario.when(deleteBatch, { batchNo: 1 });
    expect(scenario.last).toEqual([{ type: 'BatchDeletionRequested', data: { orderNo: ORDER_NO, batchNo: 1, exportOrderNo: EXPORT_ORDER_NO } }]);
    expect(scenario.refusals(setBatchGoods, { batchNo: 1, goods: GOODS })[0]?.rule).toBe('9710-C11');
    following(status === 'DRAFT' ? 'DELETED' : 'CANCELLED', scenario);
    expect(scenario.types).toEqual(['ExportOrderFollowed', 'BatchDeleted']);
    expect(scenario.order.batches.list).toEqual([]);
  });

  it('9710-C11 is refused while its 9710 order is on its way or finished, or its declaration under review', () => {
    const onTheWay = (['IN_REVIEW', 'TO_CONFIRM', 'APPROVED', 'SENDING', 'TO_DECLARE', 'DECLARATION_REVIEW', 'COMPLETED'] as const).map((status) => following(status));
    for (const scenario of [...onTheWay, verified(), serviceChosen()]) expect(scenario.refusals(deleteBatch, { batchNo: 1 })[0]).toMatchObject({ rule: '9710-C11', kind: 'conflict' });
  });

  it('9710-C11 is taken back when customs says that the order has just gone on its way', () => {
    const reason = { en: 'in review', zh: '审核中' };
    const scenario = linked().when(deleteBatch, { batchNo: 1 }).when(refuseBatchDeletion, { batchNo: 1, rule: '9710-C11', reason }, SYSTEM);
    expect(scenario.types).toEqual(['BatchDeletionRefused']);
    expect(following('IN_REVIEW', scenario).types).toEqual(['ExportOrderFollowed']);
    expect(scenario.batch().deleting).toBe(false);
  });

  it('9710-C11 is not offered where it would be refused', () => {
    const offered = (scenario = packed()) => allowedBatchActions(scenario.order, scenario.batch(), EXPORTER.roles);
    expect(offered()).toContain('delete-batch');
    expect(offered(following('IN_REVIEW'))).toEqual(['record-tracking']);
  });
});

it('9710-R24 needs an ordinary way before a declaration is submitted', () => {
  expect(packed().refusals(submitBatchDeclaration, { batchNo: 1, stated: { declarationNo: '020220080525641690', amount: '1', currency: 'USD' }, file: { fileId: 'f', name: 'f', contentType: 'application/pdf', bytes: 1, sha256: 'a' } })[0]?.rule).toBe('9710-R2');
});
