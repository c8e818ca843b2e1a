import { Param, type PipeTransform } from '@nestjs/common';
import { NotFound } from '#event-sourcing';
import { ORDER_NO } from '../order-number.js';

/** What cannot be an order number is answered as an order that does not exist, without asking the store. */
class OrderNoPipe implements PipeTransform<string, string> {
  transform(value: string): string {
    if (!ORDER_NO.test(value)) throw new NotFound('tradeOrder', value);
    return value;
  }
}

const orderNoPipe = new OrderNoPipe();

/** Parameter decorator: the trade order's number in the path. Throws `NotFound` (404). */
export const OrderNo = (): ParameterDecorator => Param('orderNo', orderNoPipe);
