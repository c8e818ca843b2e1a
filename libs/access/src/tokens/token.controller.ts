import { Body, Controller, Header, HttpCode, Inject, Ip, Post } from '@nestjs/common';
import { Public, Text, Unauthenticated } from '#platform';
import { SecretHasher } from '../secrets/secret-hasher.js';
import { LoginLimit } from '../users/login-limit.js';
import { UserRecords } from '../users/user-records.js';
import { AccessTokens, TOKEN_LIFETIME_SECONDS } from './access-tokens.js';

/** What somebody logs in with. */
class LogIn {
  @Text(1, 64) declare username: string;
  @Text(1, 128) declare password: string;
}

/** A token and how to use it. */
interface TokenAnswer {
  readonly accessToken: string;
  readonly tokenType: 'Bearer';
  readonly expiresInSeconds: number;
}

@Controller('v1/auth')
export class TokenController {
  constructor(
    @Inject(UserRecords) private readonly users: UserRecords,
    @Inject(SecretHasher) private readonly hasher: SecretHasher,
    @Inject(AccessTokens) private readonly tokens: AccessTokens,
    @Inject(LoginLimit) private readonly limit: LoginLimit,
  ) {}

  /** Gives a token for a right password: 200; 401 for a wrong one, a name nobody has, a user who may not, all alike; 429 after too many. */
  @Post('token')
  @Public()
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  async logIn(@Body() { username, password }: LogIn, @Ip() address: string): Promise<TokenAnswer> {
    this.limit.assertOpen(username, address);
    const user = await this.users.find(username);
    const usable = user && !user.deactivatedAt ? user : undefined;
    if (!(await this.hasher.verify(password, usable?.hash))) {
      this.limit.failed(username, address);
      throw new Unauthenticated('wrong user name or password');
    }
    this.limit.succeeded(username, address);
    return { accessToken: await this.tokens.issue(username), tokenType: 'Bearer', expiresInSeconds: TOKEN_LIFETIME_SECONDS };
  }
}
