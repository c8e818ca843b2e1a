import { Param, type PipeTransform } from '@nestjs/common';
import { NotFound } from '#event-sourcing';

const BATCH_NO = /^[1-9]\d{0,5}$/;

/** What cannot be a batch's number is answered as a batch that does not exist, without asking the store. */
class BatchNoPipe implements PipeTransform<string, number> {
  transform(value: string): number {
    if (!BATCH_NO.test(value)) throw new NotFound('batch', value);
    return Number(value);
  }
}

const batchNoPipe = new BatchNoPipe();

/** Parameter decorator: the batch number in the path. Throws `NotFound` (404). */
export const BatchNo = (): ParameterDecorator => Param('batchNo', batchNoPipe);
