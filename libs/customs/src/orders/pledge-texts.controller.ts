import { Controller, Get } from '@nestjs/common';
import type { Bilingual } from '#event-sourcing';
import { Public } from '#platform';
import { PLEDGE_TEXTS, PLEDGE_TEXT_VERSIONS, type PledgeTextVersion } from './pledge-texts.js';

/** A wording of the pledge, and the version to send back when it is accepted (9710-C17). */
interface PledgeText {
  readonly version: PledgeTextVersion;
  readonly text: Bilingual;
}

/** What an exporter must be shown before the pledge is ticked (9710-R12). */
@Controller('v1/pledge-texts')
@Public()
export class PledgeTextsController {
  @Get()
  list(): { readonly items: readonly PledgeText[] } {
    return { items: PLEDGE_TEXT_VERSIONS.map((version) => ({ version, text: PLEDGE_TEXTS[version] })) };
  }
}
