import { Controller } from '@nestjs/common';
import { Allow } from '#platform';
import { OrderReadsController } from './order-reads.controller.js';

/** Trade-assurance orders as buyers have them: those that name the caller's verified address and were submitted, of one supplier (`companyId`) or all (TA-R13, TA-R14). */
@Controller('v1/purchases')
@Allow('buyer')
export class PurchasesController extends OrderReadsController {
  protected readonly side = 'buyer';
}
