import { Controller } from '@nestjs/common';
import { Allow } from '#platform';
import { OrderReadsController } from './order-reads.controller.js';

/** Trade-assurance orders as suppliers have them: their own company's, or all for the platform's roles. */
@Controller('v1/trade-orders')
@Allow('exporter', 'broker', 'reviewer', 'ops', 'auditor')
export class OrdersController extends OrderReadsController {
  protected readonly side = 'supplier';
}
