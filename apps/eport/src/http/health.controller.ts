import { PublicUnlimited } from '#platform';
import { Controller, Get } from '@nestjs/common';

/** The short way to ask whether the simulator is there. */
@Controller('health')
@PublicUnlimited()
export class EportHealthController {
  @Get()
  health(): { status: 'live' } {
    return { status: 'live' };
  }
}
