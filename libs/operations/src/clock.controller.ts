import { Body, Controller, Get, HttpCode, Inject, Post } from '@nestjs/common';
import { CLOCK, type Clock } from '#event-sourcing';
import { Allow, WholeNumber } from '#platform';
import { SharedClock } from './shared-clock.js';

/** A year at most: beyond it, no rule waits for anything. */
const MAX_SECONDS = 366 * 24 * 3600;

export class AdvanceClockInput {
  @WholeNumber(1, MAX_SECONDS)
  seconds!: number;
}

/** What the domain clock says, ISO 8601 UTC. */
export interface ClockAnswer {
  readonly now: string;
}

/** The domain clock of an instance that runs for a demo or a test; no other instance has this controller. */
@Controller('v1/ops/clock')
@Allow('ops')
export class ClockController {
  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(SharedClock) private readonly shared: SharedClock,
  ) {}

  @Get()
  read(): ClockAnswer {
    return { now: this.clock.now().toISOString() };
  }

  /** Moves the clock of all processes forward. */
  @Post('advance')
  @HttpCode(200)
  async advance(@Body() { seconds }: AdvanceClockInput): Promise<ClockAnswer> {
    return { now: (await this.shared.advance(seconds)).toISOString() };
  }
}
