import { isCustomsParty } from '#reference-data';
import { plainToInstance, Type } from 'class-transformer';
import {
  Equals,
  IsInt,
  IsNotEmpty,
  IsObject,
  IsString,
  IsUrl,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateBy,
  ValidateIf,
  ValidateNested,
  validateSync,
  type ValidationError,
} from 'class-validator';
import 'reflect-metadata';

const CHANNEL_CODE = /^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$/;
const NODE_ID = /^[A-Za-z0-9]{1,16}$/;
const ABSOLUTE_PATH = /^(\/|[A-Za-z]:[\\/])/;
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

const IsCustomsParty = (): PropertyDecorator =>
  ValidateBy({
    name: 'isCustomsParty',
    validator: {
      validate: (value) => typeof value === 'string' && isCustomsParty(value),
      defaultMessage: () => '$property must be a 10-character customs code or a social credit code',
    },
  });

/** Orders are business secrets: plain HTTP only where it does not leave the machine. */
const IsPrivateUrl = (): PropertyDecorator =>
  ValidateBy({
    name: 'isPrivateUrl',
    validator: {
      validate: (value) => {
        if (typeof value !== 'string' || !URL.canParse(value)) return false;
        const url = new URL(value);
        return url.protocol === 'https:' || LOOPBACK.has(url.hostname);
      },
      defaultMessage: () => '$property must be https, or http on loopback',
    },
  });

/** For settings with a default. Unlike `IsOptional` it does not let null pass. */
const IfGiven = (): PropertyDecorator => ValidateIf((_, value) => value !== undefined);

/** The name people see (9710-C8). */
export class ChannelName {
  @IsString() @IsNotEmpty() @MaxLength(60) readonly zh!: string;
  @IsString() @IsNotEmpty() @MaxLength(60) readonly en!: string;
}

/** Messages are posted to the e-port; receipts come to our HTTP door. */
export class HttpTransportConfig {
  @Equals('http') readonly kind!: 'http';

  @IsUrl({ protocols: ['http', 'https'], require_protocol: true, require_tld: false, disallow_auth: true })
  @IsPrivateUrl()
  readonly url!: string;

  /** Milliseconds one try may take. */
  @IfGiven() @IsInt() @Min(100) @Max(120_000) readonly timeoutMs: number = 10_000;
}

/** An e-port client on the same machine takes messages from the outbox and puts receipts into the inbox. */
export class FileDropTransportConfig {
  @Equals('file-drop') readonly kind!: 'file-drop';
  @Matches(ABSOLUTE_PATH, { message: '$property must be an absolute path' }) readonly outbox!: string;
  @Matches(ABSOLUTE_PATH, { message: '$property must be an absolute path' }) readonly inbox!: string;
}

/** A way to customs: which exchange node sends for us, in whose name, and how messages get there. Configuration, not code. */
export class Channel {
  /** What a customs profile refers to, e.g. `SiChuanEport`. */
  @Matches(CHANNEL_CODE) readonly code!: string;

  @IsObject() @ValidateNested() @Type(() => ChannelName) readonly name!: ChannelName;

  /** Our node on the exchange network. */
  @Matches(NODE_ID) readonly dxpId!: string;

  @IsCustomsParty() readonly copCode!: string;
  @IsString() @IsNotEmpty() @MaxLength(100) readonly copName!: string;

  /** Statuses of CEB304 this port means as "accepted"; default 3 and 120. */
  @IfGiven() @IsInt({ each: true }) @Min(0, { each: true }) readonly successStatuses?: readonly number[];

  @IsObject()
  @ValidateNested()
  @Type(() => Object, {
    keepDiscriminatorProperty: true,
    discriminator: {
      property: 'kind',
      subTypes: [
        { name: 'http', value: HttpTransportConfig },
        { name: 'file-drop', value: FileDropTransportConfig },
      ],
    },
  })
  readonly transport!: HttpTransportConfig | FileDropTransportConfig;
}

class ChannelList {
  @ValidateNested({ each: true }) @Type(() => Channel) readonly channels!: readonly Channel[];
}

/** The channel configuration cannot be used; every fault is listed with its path. */
export class InvalidChannels extends Error {
  override readonly name = 'InvalidChannels';

  constructor(readonly faults: readonly string[]) {
    super(`the channel configuration is invalid: ${faults.join('; ')}`);
  }
}

const faultsOf = (errors: readonly ValidationError[], path = ''): readonly string[] =>
  errors.flatMap((error) => [
    ...Object.values(error.constraints ?? {}).map((message) => `${path}${error.property}: ${message}`),
    ...faultsOf(error.children ?? [], `${path}${error.property}.`),
  ]);

const duplicatesOf = (codes: readonly string[]): readonly string[] => codes.filter((code, index) => codes.indexOf(code) !== index);

/** Reads the channels from plain configuration (parsed JSON), by code. Throws `InvalidChannels`. */
export const readChannels = (config: unknown): ReadonlyMap<string, Channel> => {
  if (!Array.isArray(config)) throw new InvalidChannels(['a list of channels is expected']);
  const list = plainToInstance(ChannelList, { channels: config as unknown[] });
  const faults = faultsOf(validateSync(list, { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true }));
  if (faults.length > 0) throw new InvalidChannels(faults);
  const duplicates = duplicatesOf(list.channels.map(({ code }) => code));
  if (duplicates.length > 0) throw new InvalidChannels(duplicates.map((code) => `${code} is defined twice`));
  return new Map(list.channels.map((channel) => [channel.code, channel]));
};
