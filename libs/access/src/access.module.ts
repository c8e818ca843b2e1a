import { Inject, Injectable, Module, type DynamicModule, type OnModuleInit } from '@nestjs/common';
import { systemClock, useCaseHandlers, type Clock } from '#event-sourcing';
import { Authenticators } from '#platform';
import { ApiKeyAuthenticator } from './api-keys/api-key.authenticator.js';
import { ApiKeyRecords } from './api-keys/api-key-records.js';
import { ApiKeys } from './api-keys/api-keys.js';
import { ApiKeysController } from './api-keys/api-keys.controller.js';
import { SecretHasher } from './secrets/secret-hasher.js';
import { SECURITY_CLOCK } from './security-clock.js';
import { ACCESS_TOKEN_SETTINGS, AccessTokens, type AccessTokenSettings } from './tokens/access-tokens.js';
import { OidcTokens, type OidcSettings } from './tokens/oidc-tokens.js';
import { TokenController } from './tokens/token.controller.js';
import { accessUseCases } from './use-cases.js';
import { LoginLimit } from './users/login-limit.js';
import { UserDirectory } from './users/user-directory.js';
import { UserRecords } from './users/user-records.js';
import { Users } from './users/users.js';
import { UsersController } from './users/users.controller.js';

/** How people and machines log in. */
export interface AccessOptions {
  readonly tokens: AccessTokenSettings;
  /** An OpenID Connect issuer whose tokens are accepted as well. */
  readonly oidc?: OidcSettings;
  /** By what credentials age; default the machine's clock. */
  readonly clock?: Clock;
}

const OIDC_SETTINGS = Symbol('OidcSettings');

@Injectable()
class OidcLogIn implements OnModuleInit {
  constructor(
    @Inject(OIDC_SETTINGS) private readonly settings: OidcSettings,
    @Inject(Authenticators) private readonly authenticators: Authenticators,
    @Inject(SECURITY_CLOCK) private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.authenticators.add(new OidcTokens(this.settings, this.clock));
  }
}

/** Users, API keys and tokens: adds its ways to log in to the platform's `Authenticators`. Needs `EventSourcingModule`, `MongoModule`, `CqrsModule.forRoot()`. */
@Module({})
export class AccessModule {
  static forRoot({ tokens, oidc, clock = systemClock }: AccessOptions): DynamicModule {
    return {
      module: AccessModule,
      controllers: [TokenController, ApiKeysController, UsersController],
      providers: [
        { provide: SECURITY_CLOCK, useValue: clock },
        { provide: ACCESS_TOKEN_SETTINGS, useValue: tokens },
        SecretHasher,
        ApiKeyRecords,
        ApiKeyAuthenticator,
        ApiKeys,
        UserRecords,
        UserDirectory,
        Users,
        LoginLimit,
        AccessTokens,
        ...useCaseHandlers(accessUseCases),
        ...(oidc ? [{ provide: OIDC_SETTINGS, useValue: oidc }, OidcLogIn] : []),
      ],
      exports: [ApiKeys, Users],
    };
  }
}
