import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { EventStoreDBClient } from '@eventstore/db-client';
import { exportJWK, SignJWT, type JWTPayload } from 'jose';
import { ManualClock } from '#event-sourcing';
import { startInstance, startStores, systemEnvelope, type Instance, type Stores } from './access.fixture.js';
import { signingKeyFrom } from './tokens/signing-key.js';
import { ApiKeys } from './api-keys/api-keys.js';
import { Users } from './users/users.js';

const PASSWORD = 'correct horse battery';
const SECRET = randomBytes(48).toString('base64url');
const tokens = { signingKey: signingKeyFrom(SECRET), issuer: 'portolan', audience: 'portolan' };
const start = new Date('2030-01-01T00:00:00Z');

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, never> & { id: string; key: string; accessToken: string; items: { id: string; companyId: string }[]; errors: { field: string }[]; rule: string };
}

let stores: Stores;
let api: Instance;
let identityProvider: Server;
let opsKey: string;
const clock = new ManualClock(start);
const oidcKeys = generateKeyPairSync('rsa', { modulusLength: 2048 });
let jwksAnswers = true;

const call = async (instance: Instance, method: string, path: string, credentials: string | undefined, body?: object, headers: Record<string, string> = {}): Promise<Answer> => {
  const response = await fetch(`${instance.url}${path}`, {
    method,
    headers: { ...(credentials !== undefined && { authorization: `Bearer ${credentials}` }), ...(body && { 'content-type': 'application/json' }), ...headers },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Answer['body'] };
};
const logIn = (username: string, password: string) => call(api, 'POST', '/v1/auth/token', undefined, { username, password });
const tokenOf = async (username: string): Promise<string> => (await logIn(username, PASSWORD)).body.accessToken;
const me = async (credentials: string, instance = api): Promise<number> => (await call(instance, 'GET', '/v1/me', credentials)).status;

const oidcIssuer = 'https://login.example';
const oidcToken = (claims: JWTPayload): Promise<string> =>
  new SignJWT({ iss: oidcIssuer, aud: 'portolan', sub: 'li', exp: start.getTime() / 1000 + 600, company: 'acme', realm: { roles: ['exporter', 'dreamer'] }, ...claims })
    .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
    .sign(oidcKeys.privateKey);

beforeAll(async () => {
  const jwk = { ...(await exportJWK(oidcKeys.publicKey)), kid: 'k1', alg: 'RS256' };
  identityProvider = createServer((_, response) => response.writeHead(jwksAnswers ? 200 : 500, { 'content-type': 'application/json' }).end(JSON.stringify({ keys: [jwk] })));
  await new Promise<void>((resolve) => void identityProvider.listen(0, '127.0.0.1', resolve));
  const jwksUrl = `http://127.0.0.1:${(identityProvider.address() as AddressInfo).port}/keys`;
  stores = await startStores();
  api = await startInstance(stores, { tokens, oidc: { issuer: oidcIssuer, jwksUrl, audience: 'portolan', companyClaim: 'company', rolesClaim: 'realm.roles' } }, clock);
  opsKey = (await api.app.nest.get(ApiKeys).issue({ name: 'ops', roles: ['ops'] }, systemEnvelope('seed-ops'))).key ?? '';
  await api.app.nest.get(Users).register('wang', PASSWORD, { displayName: '王', roles: ['exporter'] }, systemEnvelope('seed-wang', 'acme'));
});
afterAll(async () => {
  await api.app.close();
  identityProvider.close();
  await stores.stop();
});

describe('a password', () => {
  it('gives a token that says who calls', async () => {
    const { status, body, headers } = await logIn('wang', PASSWORD);
    expect(status).toBe(200);
    expect(body).toMatchObject({ tokenType: 'Bearer', expiresInSeconds: 3600 });
    expect(headers.get('cache-control')).toBe('no-store');
    expect((await call(api, 'GET', '/v1/me', body.accessToken)).body).toEqual({ id: 'user:wang', roles: ['exporter'], companyId: 'acme' });
  });

  it('wrong, and a name nobody has, are answered alike', async () => {
    const withoutId = ({ status, body }: Answer) => ({ status, body: { ...body, correlationId: '' } });
    expect(withoutId(await logIn('nobody', PASSWORD))).toEqual(withoutId(await logIn('wang', 'wrong')));
    expect((await logIn('wang', 'wrong')).status).toBe(401);
  });

  it('is closed to an address after five failures, for a quarter of an hour, whatever is tried', async () => {
    await api.app.nest.get(Users).register('guessed', PASSWORD, { displayName: 'g', roles: ['exporter'] }, systemEnvelope('seed-guessed', 'acme'));
    for (let guess = 0; guess < 5; guess++) expect((await logIn('guessed', `guess ${guess}`)).status).toBe(401);
    const closed = await logIn('guessed', PASSWORD);
    expect(closed.status).toBe(429);
    expect(Number(closed.headers.get('retry-after'))).toBe(900);
    expect((await logIn('wang', PASSWORD)).status).toBe(200);
    clock.advance(901);
    expect((await logIn('guessed', PASSWORD)).status).toBe(200);
    clock.set(start);
  });
});

describe('a token', () => {
  afterEach(() => {
    clock.set(start);
  });
  const claims = (): JWTPayload => ({ iss: 'portolan', aud: 'portolan', sub: 'wang', exp: start.getTime() / 1000 + 60, iat: start.getTime() / 1000 });
  const signed = (payload: JWTPayload, header: { alg: string; typ?: string } = { alg: 'HS256', typ: 'at+jwt' }, key: Uint8Array = Buffer.from(SECRET)) => new SignJWT(payload).setProtectedHeader(header).sign(key);
  const unsigned = (payload: JWTPayload): string => [{ alg: 'none', typ: 'at+jwt' }, payload].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.') + '.';

  it('is good until it expires, also when it was seen before', async () => {
    const token = await tokenOf('wang');
    expect(await me(token)).toBe(200);
    clock.advance(3599);
    expect(await me(token)).toBe(200);
    clock.advance(2);
    expect(await me(token)).toBe(401);
  });

  it.each<[string, () => Promise<string>]>([
    ['unsigned', () => Promise.resolve(unsigned(claims()))],
    ['signed by another key', () => signed(claims(), undefined, randomBytes(48))],
    ['of another audience', () => signed({ ...claims(), aud: 'other' })],
    ['of another issuer', () => signed({ ...claims(), iss: 'other' })],
    ['without expiry', () => signed((({ exp: _, ...rest }) => rest)(claims()))],
    ['of another algorithm', () => signed(claims(), { alg: 'HS512', typ: 'at+jwt' })],
    ['of another type', () => signed(claims(), { alg: 'HS256', typ: 'id+jwt' })],
    ['for a user that does not exist', () => signed({ ...claims(), sub: 'nobody' })],
    ['with a changed payload', async () => {
      const [header = '', , signature = ''] = (await tokenOf('wang')).split('.');
      return [header, Buffer.from(JSON.stringify({ ...claims(), sub: 'root' })).toString('base64url'), signature].join('.');
    }],
  ])('%s is refused', async (_, make) => {
    expect(await me(await make())).toBe(401);
  });

  it('made right by the same key is taken, so that the refusals above are for their reasons', async () => {
    expect(await me(await signed(claims()))).toBe(200);
  });

  it('opens no door of another role, whatever it claims', async () => {
    const token = await signed({ ...claims(), roles: ['reviewer'] });
    expect((await call(api, 'GET', '/v1/reviewers-only', token)).status).toBe(403);
  });

  it('ends when its user is deactivated, on other instances within two seconds', async () => {
    await api.app.nest.get(Users).register('leaver', PASSWORD, { displayName: 'l', roles: ['exporter'] }, systemEnvelope('seed-leaver', 'acme'));
    const other = await startInstance(stores, { tokens }, clock);
    const token = await tokenOf('leaver');
    expect([await me(token), await me(token, other)]).toEqual([200, 200]);
    expect((await call(api, 'DELETE', '/v1/users/leaver', opsKey)).status).toBe(200);
    expect(await me(token)).toBe(401);
    clock.advance(2.1);
    expect(await me(token, other)).toBe(401);
    expect((await logIn('leaver', PASSWORD)).status).toBe(401);
    await other.app.close();
  });

  it('may be signed by EdDSA', async () => {
    const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const other = await startInstance(stores, { tokens: { ...tokens, signingKey: signingKeyFrom(pem) } }, clock);
    const answer = await call(other, 'POST', '/v1/auth/token', undefined, { username: 'wang', password: PASSWORD });
    expect(await me(answer.body.accessToken, other)).toBe(200);
    expect(await me(answer.body.accessToken)).toBe(401);
    await other.app.close();
  });
});

describe('a token of an OpenID Connect issuer', () => {
  it('lets in whom its claims describe, with the roles that are ours', async () => {
    expect((await call(api, 'GET', '/v1/me', await oidcToken({}))).body).toEqual({ id: 'user:oidc/li', roles: ['exporter'], companyId: 'acme' });
  });

  it('says an e-mail address only if the issuer has verified it', async () => {
    const emailOf = async (claims: JWTPayload): Promise<unknown> => (await call(api, 'GET', '/v1/me', await oidcToken(claims))).body['email'];
    expect(await emailOf({ sub: 'li-1', email: 'Li@acme.example', email_verified: true })).toBe('li@acme.example');
    expect(await emailOf({ sub: 'li-2', email: 'li@acme.example' })).toBeUndefined();
  });

  it.each<[string, JWTPayload]>([
    ['of another audience', { aud: 'other' }],
    ['that expired', { exp: start.getTime() / 1000 - 60 }],
    ['without a company', { company: undefined }],
    ['with a company that is no id', { company: '../x' }],
    ['with a subject that cannot be printed', { sub: 'li\n' }],
  ])('%s is refused', async (_, claims) => {
    expect(await me(await oidcToken(claims))).toBe(401);
  });

  it('signed with the public key as a secret is refused', async () => {
    const publicPem = oidcKeys.publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const forged = await new SignJWT({ iss: oidcIssuer, aud: 'portolan', sub: 'li', exp: start.getTime() / 1000 + 600, company: 'acme' })
      .setProtectedHeader({ alg: 'HS256', kid: 'k1' })
      .sign(Buffer.from(publicPem));
    expect(await me(forged)).toBe(401);
  });

  it('cannot be judged while the issuer’s keys are out of reach: 503, not 401', async () => {
    jwksAnswers = false;
    const other = await startInstance(stores, { tokens, oidc: { issuer: oidcIssuer, jwksUrl: `http://127.0.0.1:${(identityProvider.address() as AddressInfo).port}/keys`, audience: 'portolan', companyClaim: 'company', rolesClaim: 'realm.roles' } }, clock);
    const answer = await call(other, 'GET', '/v1/me', await oidcToken({ jti: 'unseen' }));
    jwksAnswers = true;
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('5');
    await other.app.close();
  });
});

describe('an API key', () => {
  afterEach(() => {
    clock.set(start);
  });
  const issue = async (credentials: string, body: object, headers: Record<string, string> = {}, instance = api) => call(instance, 'POST', '/v1/api-keys', credentials, body, headers);

  it('is shown once, lets its holder in, and is listed without its secret', async () => {
    const token = await tokenOf('wang');
    const issued = await issue(token, { name: 'ERP', roles: ['exporter'] }, { 'idempotency-key': 'erp' });
    expect(issued.status).toBe(201);
    expect(issued.body.key).toMatch(/^ptl_[0-9a-f]{20}_[\w-]{43}$/);
    expect((await call(api, 'GET', '/v1/me', issued.body.key)).body).toEqual({ id: `apiKey:${issued.body.id}`, roles: ['exporter'], companyId: 'acme' });
    expect((await call(api, 'GET', '/v1/me', undefined, undefined, { 'x-api-key': issued.body.key })).status).toBe(200);
    const repeated = await issue(token, { name: 'ERP', roles: ['exporter'] }, { 'idempotency-key': 'erp' });
    expect(repeated.body).toMatchObject({ id: issued.body.id });
    expect(repeated.body).not.toHaveProperty('key');
    const listed = await call(api, 'GET', '/v1/api-keys', token);
    expect(listed.body.items).toContainEqual(expect.objectContaining({ id: issued.body.id, name: 'ERP', issuedBy: 'user:wang' }));
    expect(JSON.stringify(listed.body)).not.toMatch(/argon2|hash|ptl_/);
  });

  it.each<[string, (key: string) => string]>([
    ['with another secret', (key) => `${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}`],
    ['of an id nobody has', (key) => `ptl_${'0'.repeat(20)}_${key.slice(-43)}`],
    ['cut short', (key) => key.slice(0, -1)],
  ])('%s is refused', async (_, change) => {
    expect(await me(opsKey)).toBe(200);
    expect(await me(change(opsKey))).toBe(401);
    expect(await me(change(opsKey))).toBe(401);
  });

  it('revoked is refused at once here, and on other instances within two seconds', async () => {
    const other = await startInstance(stores, { tokens }, clock);
    const { key, id } = (await issue(await tokenOf('wang'), { name: 'short', roles: ['exporter'] })).body;
    expect([await me(key), await me(key, other)]).toEqual([200, 200]);
    expect((await call(api, 'DELETE', `/v1/api-keys/${id}`, await tokenOf('wang'))).status).toBe(200);
    expect(await me(key)).toBe(401);
    clock.advance(2.1);
    expect(await me(key, other)).toBe(401);
    expect((await call(api, 'DELETE', `/v1/api-keys/${id}`, await tokenOf('wang'))).status).toBe(200);
    await other.app.close();
  });

  it('of another company cannot be seen or revoked', async () => {
    const { id } = (await issue(opsKey, { name: 'theirs', roles: ['exporter'] }, { 'x-company-id': 'globex' })).body;
    const token = await tokenOf('wang');
    expect((await call(api, 'DELETE', `/v1/api-keys/${id}`, token)).status).toBe(404);
    expect((await call(api, 'GET', '/v1/api-keys', token)).body.items.map(({ companyId }) => companyId)).not.toContain('globex');
    expect((await call(api, 'GET', '/v1/api-keys', token, undefined, { 'x-company-id': 'globex' })).status).toBe(403);
    expect((await call(api, 'GET', '/v1/api-keys?limit=200', opsKey)).body.items.map(({ companyId }) => companyId)).toContain('globex');
  });

  it('ACCESS-R1 gets no role that its issuer does not have', async () => {
    expect((await issue(await tokenOf('wang'), { name: 'x', roles: ['exporter', 'ops'] })).body).toMatchObject({ status: 403, rule: 'ACCESS-R1' });
  });

  it('ACCESS-R2 that works across companies belongs to the platform', async () => {
    expect((await issue(opsKey, { name: 'x', roles: ['reviewer'] }, { 'x-company-id': 'acme' })).body).toMatchObject({ status: 422, rule: 'ACCESS-R2' });
    expect((await issue(opsKey, { name: 'x', roles: ['reviewer'] })).status).toBe(201);
  });

  it('ACCESS-R3 issues no keys, unless it is one of operations', async () => {
    const { key } = (await issue(await tokenOf('wang'), { name: 'x', roles: ['exporter'] })).body;
    expect((await issue(key, { name: 'y', roles: ['exporter'] })).body).toMatchObject({ status: 403, rule: 'ACCESS-R3' });
  });

  it('is not issued for input that is wrong', async () => {
    const { status, body } = await issue(opsKey, { name: 'a\u0000', roles: ['king'], companyId: 'acme' });
    expect(status).toBe(422);
    expect(body.errors.map(({ field }) => field)).toEqual(['companyId', 'name', 'roles[0]']);
  });
});

describe('a user', () => {
  const zhao = { username: 'zhao', password: PASSWORD, displayName: '赵', roles: ['broker'] };

  it('is registered by operations for a company, and logs in', async () => {
    expect((await call(api, 'POST', '/v1/users', opsKey, zhao, { 'x-company-id': 'acme' })).status).toBe(201);
    expect((await call(api, 'GET', '/v1/me', await tokenOf('zhao'))).body).toEqual({ id: 'user:zhao', roles: ['broker'], companyId: 'acme' });
  });

  it('ACCESS-R4 does not get a name that was given before', async () => {
    expect((await call(api, 'POST', '/v1/users', opsKey, { ...zhao, displayName: 'other' })).body).toMatchObject({ status: 409, rule: 'ACCESS-R4' });
  });

  it('ACCESS-R5 has an e-mail address of its own over all companies, whatever its case; who is refused otherwise leaves it free', async () => {
    const buyer = { username: 'anna', password: PASSWORD, displayName: 'Anna', roles: ['buyer'], email: 'Anna@Buyers.example' };
    expect((await call(api, 'POST', '/v1/users', opsKey, { ...buyer, username: 'zhao' }, { 'x-company-id': 'buyers' })).body).toMatchObject({ rule: 'ACCESS-R4' });
    expect((await call(api, 'POST', '/v1/users', opsKey, buyer, { 'x-company-id': 'buyers' })).status).toBe(201);
    expect((await call(api, 'GET', '/v1/me', await tokenOf('anna'))).body).toEqual({ id: 'user:anna', roles: ['buyer'], companyId: 'buyers', email: 'anna@buyers.example' });
    const taken = await call(api, 'POST', '/v1/users', opsKey, { ...buyer, username: 'anna2', email: 'ANNA@buyers.example' }, { 'x-company-id': 'others' });
    expect(taken.body).toMatchObject({ status: 409, rule: 'ACCESS-R5', errors: [{ field: 'email' }] });
    expect((await call(api, 'POST', '/v1/users', opsKey, { ...buyer, username: 'bob', email: 'not an address' })).body).toMatchObject({ status: 422, errors: [{ field: 'email' }] });
  });

  it('is not registered by others', async () => {
    expect((await call(api, 'POST', '/v1/users', await tokenOf('wang'), { ...zhao, username: 'mine' })).status).toBe(403);
  });
});

describe('what was done', () => {
  it('stands in the log as events without any secret or hash of one', async () => {
    const client = EventStoreDBClient.connectionString(stores.eventStore.connectionString);
    const texts: string[] = [];
    const types = new Set<string>();
    for await (const { event } of client.readAll()) {
      if (!event) continue;
      types.add(event.type);
      texts.push(JSON.stringify([event.data, event.metadata]));
    }
    await client.dispose();
    expect([...types]).toEqual(expect.arrayContaining(['ApiKeyIssued', 'ApiKeyRevoked', 'UserRegistered', 'UserDeactivated']));
    for (const secret of [PASSWORD, 'argon2', opsKey.slice(-43)]) expect(texts.join('\n')).not.toContain(secret);
  });

  it('left no secret in the log files', () => {
    for (const secret of [PASSWORD, 'argon2', opsKey.slice(-43), SECRET]) expect(api.log()).not.toContain(secret);
    expect(api.log()).toContain('user:wang');
  });
});

describe('when MongoDB is away', () => {
  it('nobody is let in or refused: 503 with Retry-After, and readiness says so', async () => {
    const lonely = await startStores();
    const instance = await startInstance(lonely, { tokens }, clock);
    await lonely.mongo.stop();
    const answer = await call(instance, 'GET', '/v1/me', opsKey);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('2');
    const ready = await call(instance, 'GET', '/health/ready', undefined);
    expect(ready.status).toBe(503);
    expect(ready.body).toMatchObject({ checks: { mongodb: { ok: false } } });
    await instance.app.close();
    await lonely.stop();
  });
});
