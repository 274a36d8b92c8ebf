import assert from 'node:assert/strict';
import type { Device, DeviceId, TenantId, UserId } from '../../../src/directory/types.ts';
import { Authenticator } from '../../../src/signalling/authenticator.ts';
import { hashCredentials } from '../../../src/signalling/digest/credentials.ts';
import { digestResponse } from '../../../src/signalling/digest/digest.ts';
import { Nonces } from '../../../src/signalling/digest/nonces.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';
import { StubRequest, StubResponder } from './sip-stubs.ts';

const realm = 'pbx.example.com';
const alice: Device = {
  id: 'alice-desk' as DeviceId,
  tenant: 'voorbeeld' as TenantId,
  user: 'alice' as UserId,
  kind: 'desk',
  username: 'alice',
  credentials: hashCredentials('alice', realm, 'geheim'),
};

describe('a request that must prove whose it is', () => {
  let asked: string[];
  let clock: VirtualClock;
  let authenticator: Authenticator;

  beforeEach(() => {
    asked = [];
    clock = new VirtualClock();
    authenticator = new Authenticator({
      realm,
      algorithms: ['SHA-256', 'MD5'],
      nonces: new Nonces(new Uint8Array(32), 30_000, (bytes) => new Uint8Array(bytes)),
      clock,
      deviceByUsername: (username) => {
        asked.push(username);
        return username === 'broken'
          ? Promise.reject(new Error('no store'))
          : Promise.resolve(username === 'alice' ? alice : undefined);
      },
    });
  });

  async function challenge(authorization?: string): Promise<string> {
    const res = new StubResponder();
    const headers = authorization === undefined ? {} : { Authorization: authorization };
    assert.equal(await authenticator.identify(new StubRequest('REGISTER', headers), res), undefined);
    assert.equal(res.only.status, 401);
    return res.only.headers['WWW-Authenticate'] ?? '';
  }

  it('is challenged with one header field per algorithm, and the store is not asked', async () => {
    const fields = (await challenge()).split('\r\n');
    assert.equal(fields.length, 2);
    assert.match(fields[0] ?? '', /^Digest realm="pbx\.example\.com", nonce="[^"]+", algorithm=SHA-256, qop="auth"$/);
    assert.match(fields[1] ?? '', /^WWW-Authenticate: Digest .*algorithm=MD5, qop="auth"$/);
    assert.deepEqual(asked, []);
  });

  it('is its device’s, known by one look-up and answered by nobody yet', async () => {
    const res = new StubResponder();
    const req = new StubRequest('REGISTER', { Authorization: proof(nonceIn(await challenge()), 'geheim') });
    assert.equal(await authenticator.identify(req, res), alice);
    assert.deepEqual([res.sent, asked], [[], ['alice']]);
  });

  it('is challenged alike for a wrong password and for an unknown user', async () => {
    const nonce = nonceIn(await challenge());
    const wrongPassword = await challenge(proof(nonce, 'geraden'));
    const unknown = await challenge(proof(nonce, 'geheim').replace('"alice"', '"mallory"'));
    assert.equal(wrongPassword, unknown);
    assert.doesNotMatch(unknown, /stale/);
  });

  it('is told that only its nonce was old, and gets a fresh one', async () => {
    const old = nonceIn(await challenge());
    clock.advance(60_000);
    const again = await challenge(proof(old, 'geheim'));
    assert.match(again, /stale=true/);
    const req = new StubRequest('REGISTER', { Authorization: proof(nonceIn(again), 'geheim') });
    assert.equal(await authenticator.identify(req, new StubResponder()), alice);
  });

  it('is not answered when the store cannot say', async () => {
    const res = new StubResponder();
    const req = new StubRequest('REGISTER', { Authorization: proof('n', 'x').replace('"alice"', '"broken"') });
    await assert.rejects(authenticator.identify(req, res), /no store/);
    assert.deepEqual(res.sent, []);
  });
});

function nonceIn(challenge: string): string {
  return /nonce="([^"]+)"/.exec(challenge)?.[1] ?? '';
}

function proof(nonce: string, password: string): string {
  const counted = { qop: 'auth', nc: '00000001', cnonce: 'c' } as const;
  const given = { nonce, uri: 'sip:pbx.example.com', algorithm: 'SHA-256', counted } as const;
  const response = digestResponse(given, 'REGISTER', hashCredentials('alice', realm, password).sha256);
  return (
    `Digest username="alice", realm="${realm}", nonce="${nonce}", uri="sip:pbx.example.com", response="${response}", ` +
    'algorithm=SHA-256, qop=auth, nc=00000001, cnonce="c"'
  );
}
