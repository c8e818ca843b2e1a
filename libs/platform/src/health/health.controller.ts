import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { PublicUnlimited } from '../identity/access.decorators.js';
import { Readiness, type ReadinessReport } from './readiness.js';

/** For load balancers and supervisors. */
@Controller('health')
@PublicUnlimited()
export class HealthController {
  constructor(@Inject(Readiness) private readonly readiness: Readiness) {}

  /** The process runs and its event loop turns; a supervisor restarts it otherwise. */
  @Get('live')
  live(): { status: 'live' } {
    return { status: 'live' };
  }

  /** 200 if it can do its work now, else 503 naming the parts that cannot. */
  @Get('ready')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<ReadinessReport> {
    const report = await this.readiness.report();
    void reply.code(report.ready ? 200 : 503).header('cache-control', 'no-store');
    return report;
  }
}
