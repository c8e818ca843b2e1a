import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ReadModels } from '#event-sourcing';
import { MinPosition, ReadQuery, SignedIn } from '#platform';
import { supplierRecords } from '../supplier-record.js';

/** What everybody who is signed in sees of a supplier. */
interface SupplierRecordAnswer {
  readonly companyId: string;
  readonly completedOrders: number;
  readonly lastCompletedAt: string | null;
}

/** The count of a supplier's completed trade-assurance orders, by which shops are ranked (TA-R30). */
@Controller('v1/suppliers/:companyId/record')
@SignedIn()
export class SupplierRecordController {
  constructor(@Inject(ReadModels) private readonly readModels: ReadModels) {}

  /** A company without completed orders has 0 of them, whether or not it is known. */
  @Get()
  async read(@Param('companyId') companyId: string, @Query() _: ReadQuery, @MinPosition() minPosition: number | undefined): Promise<SupplierRecordAnswer> {
    const reader = this.readModels.of(supplierRecords).published();
    await reader.atLeast(minPosition);
    const { items } = await reader.page({ where: { _id: companyId }, order: { field: '_id', direction: 1 }, limit: 1 });
    return { companyId, completedOrders: items[0]?.completedOrders ?? 0, lastCompletedAt: items[0]?.lastCompletedAt ?? null };
  }
}
