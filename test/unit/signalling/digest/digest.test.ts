import assert from 'node:assert/strict';
import type { DigestCredentials } from '../../../../src/directory/types.ts';
import { parseAuthorization } from '../../../../src/signalling/digest/authorization.ts';
import { hashCredentials } from '../../../../src/signalling/digest/credentials.ts';
import {
  challenges,
  type DigestOffer,
  digestResponse,
  type DigestVerdict,
  verifyDigest,
} from '../../../../src/signalling/digest/digest.ts';
import { Nonces } from '../../../../src/signalling/digest/nonces.ts';

const realm = 'pbx.example.com';
const offer: DigestOffer = { realm, algorithms: ['SHA-256', 'MD5'] };
const now = Date.UTC(2030, 0, 1);
const wrong: DigestVerdict = { is: 'challenge', stale: false };
const stale: DigestVerdict = { is: 'challenge', stale: true };

describe('the examples of RFC 7616 §3.9.1', () => {
  const counted = {
    qop: 'auth',
    nc: '00000001',
    cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
  } as const;
  const given = { nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v', uri: '/dir/index.html', counted };
  const credentials = hashCredentials('Mufasa', 'http-auth@example.org', 'Circle of Life');

  it('with SHA-256', () => {
    assert.equal(
      digestResponse({ ...given, algorithm: 'SHA-256' }, 'GET', credentials.sha256),
      '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1',
    );
  });

  it('with MD5', () => {
    assert.equal(
      digestResponse({ ...given, algorithm: 'MD5' }, 'GET', credentials.md5),
      '8ca523f5e9506fed4657c9700eebdbec',
    );
  });

  it('and that of RFC 2069, whose clients count nothing, with the response of its erratum', () => {
    const { md5 } = hashCredentials('Mufasa', 'testrealm@host.com', 'CircleOfLife');
    const old = { nonce: 'dcd98b7102dd2f0e8b11d0f600bfb0c093', uri: '/dir/index.html', counted: undefined };
    assert.equal(digestResponse({ ...old, algorithm: 'MD5' }, 'GET', md5), '1949323746fe6a43ef61f9606e7febea');
  });
});

describe('an Authorization header field', () => {
  const whole = 'username="alice", realm="r", nonce="n", uri="sip:r", response="AB"';

  it('is read, with commas, spaces and escaped quotes inside its strings', () => {
    const [only] = parseAuthorization(
      'Digest username="al\\"i, ce\\\\", realm="a, b = c", nonce="n=", uri="sip:r;x=1,2", response="AB", ' +
        'algorithm=SHA-256, qop=auth, nc=0000000A, cnonce="c"',
    );
    assert.deepEqual(only, {
      username: 'al"i, ce\\',
      realm: 'a, b = c',
      nonce: 'n=',
      uri: 'sip:r;x=1,2',
      response: 'ab',
      algorithm: 'SHA-256',
      counted: { qop: 'auth', nc: '0000000a', cnonce: 'c' },
    });
  });

  it('may hold several, as drachtio joins them', () => {
    const two = parseAuthorization(`Digest ${whole}, algorithm=MD5, digest ${whole.replace('alice', 'bobby')}`);
    assert.deepEqual(
      two.map(({ username, algorithm }) => [username, algorithm]),
      [
        ['alice', 'MD5'],
        ['bobby', 'MD5'],
      ],
    );
  });

  const unusable: readonly (readonly [title: string, header: string])[] = [
    ['nothing', ''],
    ['another scheme', 'Basic YWxpY2U6eA=='],
    ['no response', 'Digest username="alice", realm="r", nonce="n", uri="sip:r"'],
    ['an algorithm that we did not offer', `Digest ${whole}, algorithm=SHA-512-256`],
    ['session keys', `Digest ${whole}, algorithm=MD5-sess`],
    ['integrity of the body', `Digest ${whole}, qop=auth-int, nc=00000001, cnonce="c"`],
    ['a count that is missing', `Digest ${whole}, qop=auth, cnonce="c"`],
    ['a count that is no count', `Digest ${whole}, qop=auth, nc=1, cnonce="c"`],
    ['a client’s nonce that is missing', `Digest ${whole}, qop=auth, nc=00000001`],
  ];
  for (const [title, header] of unusable) {
    it(`counts for nothing with ${title}`, () => {
      assert.deepEqual(parseAuthorization(header), []);
    });
  }
});

describe('who proves to be whom', () => {
  const alice = hashCredentials('alice', realm, 'geheim');
  const known = new Map<string, DigestCredentials>([
    ['alice', alice],
    ['al"ice', hashCredentials('al"ice', realm, 'geheim')],
    ['moved', hashCredentials('moved', 'old.example.com', 'geheim')],
  ]);
  let nonces: Nonces;

  beforeEach(() => {
    nonces = new Nonces(new Uint8Array(32).fill(7), 30_000, (bytes) => new Uint8Array(bytes).fill(1));
  });

  function verify(authorization: string | undefined, at = now, from: DigestOffer = offer): Promise<DigestVerdict> {
    const credentialsOf = (username: string): Promise<DigestCredentials | undefined> =>
      Promise.resolve(known.get(username));
    return verifyDigest({ method: 'REGISTER', authorization }, from, nonces, credentialsOf, at);
  }

  it('is accepted with the right password, by either algorithm', async () => {
    const nonce = nonces.issue(now);
    assert.deepEqual(await verify(answer({ nonce })), { is: 'accepted', username: 'alice' });
    const again = await verify(answer({ nonce, nc: '00000002', algorithm: 'MD5' }));
    assert.deepEqual(again, { is: 'accepted', username: 'alice' });
  });

  it('is accepted under a name with quotes', async () => {
    const verdict = await verify(answer({ nonce: nonces.issue(now), username: 'al"ice' }));
    assert.deepEqual(verdict, { is: 'accepted', username: 'al"ice' });
  });

  it('cannot be told from nobody: unknown, wrong password, moved realm, nothing at all', async () => {
    const nonce = nonces.issue(now);
    assert.deepEqual(await verify(undefined), wrong);
    assert.deepEqual(await verify(''), wrong);
    assert.deepEqual(await verify(answer({ nonce, password: 'geraden' })), wrong);
    assert.deepEqual(await verify(answer({ nonce, username: 'mallory' })), wrong);
    assert.deepEqual(await verify(answer({ nonce, username: 'moved', ha1Realm: 'old.example.com' })), wrong);
    assert.deepEqual(await verify(answer({ nonce }).replace(/response="\w+"/, 'response="ab"')), wrong);
  });

  it('cannot be told by an expired nonce either', async () => {
    const nonce = nonces.issue(now);
    assert.deepEqual(await verify(answer({ nonce, password: 'geraden' }), now + 60_000), wrong);
    assert.deepEqual(await verify(answer({ nonce, username: 'mallory' }), now + 60_000), wrong);
  });

  it('is not nobody: what stands in for an unknown user’s hash opens nothing', async () => {
    const nonce = nonces.issue(now);
    assert.deepEqual(await verify(answer({ nonce, username: 'mallory', ha1: '0'.repeat(64) })), wrong);
  });

  it('is asked again with stale=true when the nonce is too old and the password right', async () => {
    const nonce = nonces.issue(now);
    assert.deepEqual(await verify(answer({ nonce }), now + 30_001), stale);
    assert.deepEqual(await verify(answer({ nonce }), now + 30_000), { is: 'accepted', username: 'alice' });
  });

  it('cannot be replayed', async () => {
    const captured = answer({ nonce: nonces.issue(now) });
    assert.deepEqual(await verify(captured), { is: 'accepted', username: 'alice' });
    assert.deepEqual(await verify(captured), stale);
  });

  it('does not spend a nonce that somebody else guesses with', async () => {
    const nonce = nonces.issue(now);
    await verify(answer({ nonce, password: 'geraden', nc: 'ffffffff' }));
    assert.deepEqual(await verify(answer({ nonce })), { is: 'accepted', username: 'alice' });
  });

  it('is not found out by a nonce that was not issued here', async () => {
    assert.deepEqual(await verify(answer({ nonce: 'invented' })), wrong);
  });

  it('may come without a count once', async () => {
    const nonce = nonces.issue(now);
    const uncounted = answer({ nonce, nc: undefined });
    assert.deepEqual(await verify(uncounted), { is: 'accepted', username: 'alice' });
    assert.deepEqual(await verify(uncounted), stale);
    assert.deepEqual(await verify(answer({ nonce, nc: '00000002' })), stale);
  });

  it('is found among credentials for other servers', async () => {
    const elsewhere = answer({ nonce: 'theirs', realm: 'other.example.com' });
    const verdict = await verify(`${elsewhere}, ${answer({ nonce: nonces.issue(now) })}`);
    assert.deepEqual(verdict, { is: 'accepted', username: 'alice' });
    assert.deepEqual(await verify(elsewhere), wrong);
  });

  it('is not proven by an algorithm that the operator does not offer', async () => {
    const nonce = nonces.issue(now);
    const weak = answer({ nonce, algorithm: 'MD5' });
    assert.deepEqual(await verify(weak, now, { realm, algorithms: ['SHA-256'] }), wrong);
    assert.deepEqual(await verify(weak), { is: 'accepted', username: 'alice' });
  });

  it('holds for the method that it was computed for', async () => {
    const nonce = nonces.issue(now);
    assert.deepEqual(await verify(answer({ nonce, method: 'INVITE' })), wrong);
  });

  it('is not decided when the store cannot say', async () => {
    const broken = verifyDigest(
      { method: 'REGISTER', authorization: answer({ nonce: nonces.issue(now) }) },
      offer,
      nonces,
      () => Promise.reject(new Error('no store')),
      now,
    );
    await assert.rejects(broken, /no store/);
  });
});

describe('a challenge', () => {
  it('offers the better algorithm first, and says whether only the nonce was old', () => {
    assert.deepEqual(challenges(offer, 'n', false), [
      'Digest realm="pbx.example.com", nonce="n", algorithm=SHA-256, qop="auth"',
      'Digest realm="pbx.example.com", nonce="n", algorithm=MD5, qop="auth"',
    ]);
    assert.ok(challenges(offer, 'n', true).every((challenge) => challenge.endsWith(', stale=true')));
  });
});

interface Answer {
  readonly nonce: string;
  readonly username?: string;
  readonly password?: string;
  readonly realm?: string;
  readonly ha1Realm?: string;
  readonly ha1?: string;
  readonly nc?: string | undefined;
  readonly algorithm?: 'SHA-256' | 'MD5';
  readonly method?: string;
}

/** What a phone answers to a challenge. */
function answer(how: Answer): string {
  const { nonce, username = 'alice', password = 'geheim', algorithm = 'SHA-256', method = 'REGISTER' } = how;
  const inRealm = how.realm ?? realm;
  const nc = 'nc' in how ? how.nc : '00000001';
  const hashed = hashCredentials(username, how.ha1Realm ?? inRealm, password);
  const counted = nc === undefined ? undefined : ({ qop: 'auth', nc, cnonce: 'c' } as const);
  const ha1 = how.ha1 ?? (algorithm === 'MD5' ? hashed.md5 : hashed.sha256);
  const response = digestResponse({ nonce, uri: 'sip:pbx.example.com', algorithm, counted }, method, ha1);
  const quoted = username.replaceAll(/["\\]/g, '\\$&');
  return (
    `Digest username="${quoted}", realm="${inRealm}", nonce="${nonce}", uri="sip:pbx.example.com", ` +
    `response="${response}", algorithm=${algorithm}${nc === undefined ? '' : `, qop=auth, nc=${nc}, cnonce="c"`}`
  );
}
