import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, type PipeTransform } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { invalid, PLATFORM_COMPANY, type Actor, type Command, type CommandResult } from '#event-sourcing';
import { Allow, answerCommand, Call, commandAnswer, CurrentActor, ListQuery, MinPosition, type Answered, type CommandAnswer, type CommandCall, type ListAnswer } from '#platform';
import { ShippingDeskQueries } from '../queries/shipping-desk.queries.js';
import type { ExchangeRateRow } from './exchange-rates.js';
import { StoreExchangeRate, StoreExchangeRateInput } from './store-exchange-rate.js';

const PAIR = /^[A-Z]{3}-[A-Z]{3}$/;

/** Two ISO 4217 codes; anything else is refused by name. */
class PairPipe implements PipeTransform<string, string> {
  transform(value: string): string {
    if (!PAIR.test(value)) throw invalid('9710-C12', 'pair', { en: 'must be two ISO 4217 codes, e.g. EUR-USD', zh: '必须是两个 ISO 4217 币制代码，例如 EUR-USD' });
    return value;
  }
}

/** The register of exchange rates (9710-C12), kept by operations. */
@Controller('v1/exchange-rates')
export class ExchangeRatesController {
  constructor(
    @Inject(CommandBus) private readonly bus: CommandBus,
    @Inject(ShippingDeskQueries) private readonly desk: ShippingDeskQueries,
  ) {}

  /** Stores a rate of the pair from an instant on; releases that waited for it are counted. */
  @Post(':pair')
  @Allow('ops')
  @HttpCode(200)
  async store(@Param('pair', new PairPipe()) pair: string, @Body() input: StoreExchangeRateInput, @Call() { envelope, reply }: CommandCall): Promise<CommandAnswer> {
    const command = new StoreExchangeRate(pair, input, { ...envelope, companyId: PLATFORM_COMPANY });
    return commandAnswer(answerCommand(reply, await this.bus.execute<Command, CommandResult>(command)));
  }

  @Get()
  @Allow('reviewer', 'ops', 'auditor')
  list(@Query() query: ListQuery, @MinPosition() minPosition: number | undefined, @CurrentActor() actor: Actor): Promise<ListAnswer<Answered<ExchangeRateRow>>> {
    return this.desk.rates(actor, query, minPosition);
  }
}
