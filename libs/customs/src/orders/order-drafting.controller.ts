import { Body, Controller, Delete, Inject, Post, Put } from '@nestjs/common';
import { Allow, Call, EmptyBody, OrderCommands, type CommandCall, type OrderAnswer } from '#platform';
import { OrderContentInput } from './content-input.js';
import { CopyOrder } from './copy-order.js';
import { DeleteDraft } from './delete-draft.js';
import { DraftOrder } from './draft-order.js';
import { OrderNo } from './http/order-no.adapter.js';
import { Pasted } from './http/pasted-lines.adapter.js';
import { ModifyOrder } from './modify-order.js';
import { draftNoOf } from './order-number.js';
import { ReplaceLines, type ReplaceLinesInput } from './replace-lines.js';
import { SaveDraft } from './save-draft.js';

/** What beginning a draft answers. */
interface DraftAnswer extends OrderAnswer {
  /** 草稿单号 */
  readonly draftNo: string;
}

/** The exporter's work on what is not sent yet: the draft box (草稿箱) and orders returned to be modified. */
@Controller('v1/customs-orders')
@Allow('exporter')
export class OrderDraftingController {
  constructor(@Inject(OrderCommands) private readonly orders: OrderCommands) {}

  /** Begins a draft; anything may be missing (9710-R13, 9710-R54). 201 with `Location`. */
  @Post()
  async draft(@Body() input: OrderContentInput, @Call() call: CommandCall): Promise<DraftAnswer> {
    return this.begun(call, await this.orders.run(call, DraftOrder, '', input));
  }

  /** Saves a draft again, with all of its content (9710-R49). */
  @Put(':orderNo/draft')
  save(@OrderNo() orderNo: string, @Body() input: OrderContentInput, @Call() call: CommandCall): Promise<OrderAnswer> {
    return this.orders.run(call, SaveDraft, orderNo, input);
  }

  /** Edits a returned order, with all of its content (9710-R23). */
  @Put(':orderNo/modification')
  modify(@OrderNo() orderNo: string, @Body() input: OrderContentInput, @Call() call: CommandCall): Promise<OrderAnswer> {
    return this.orders.run(call, ModifyOrder, orderNo, input);
  }

  /** Replaces all lines by what was pasted from a spreadsheet: text/tab-separated-values, or `text` in JSON (9710-R11). */
  @Put(':orderNo/lines')
  replaceLines(@OrderNo() orderNo: string, @Pasted() lines: ReplaceLinesInput, @Call() call: CommandCall): Promise<OrderAnswer> {
    return this.orders.run(call, ReplaceLines, orderNo, lines);
  }

  /** Deletes a draft (9710-R35). */
  @Delete(':orderNo/draft')
  delete(@OrderNo() orderNo: string, @EmptyBody() nothing: object, @Call() call: CommandCall): Promise<OrderAnswer> {
    return this.orders.run(call, DeleteDraft, orderNo, nothing);
  }

  /** Begins a draft with header and lines of the order (9710-R57). 201 with `Location` of the new one. */
  @Post(':orderNo/copy')
  async copy(@OrderNo() sourceOrderNo: string, @EmptyBody() _: object, @Call() call: CommandCall): Promise<DraftAnswer> {
    return this.begun(call, await this.orders.run(call, CopyOrder, '', { sourceOrderNo }));
  }

  private begun({ reply }: CommandCall, answer: OrderAnswer): DraftAnswer {
    void reply.header('location', `/v1/customs-orders/${answer.orderNo}`);
    return { ...answer, draftNo: draftNoOf(answer.orderNo) };
  }
}
