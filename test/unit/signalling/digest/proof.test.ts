import assert from 'node:assert/strict';
import { parseAuthorization } from '../../../../src/signalling/digest/authorization.ts';
import { hashCredentials } from '../../../../src/signalling/digest/credentials.ts';
import { digestResponse } from '../../../../src/signalling/digest/digest.ts';
import { Proof } from '../../../../src/signalling/digest/proof.ts';
import { answer } from '../fake-application.ts';

const uri = 'sip:+31612345678@carrier.example';

describe('the proof of who we are', () => {
  let proof: Proof;
  beforeEach(() => {
    proof = new Proof({ username: 'account', password: 'geheim' }, (bytes) => new Uint8Array(bytes).fill(7));
  });

  function asked(challenge: string, status: 401 | 407 = 401): Readonly<Record<string, string>> | undefined {
    const name = status === 401 ? 'WWW-Authenticate' : 'Proxy-Authenticate';
    return proof.answer(answer(status, { [name]: challenge }), 'INVITE', uri);
  }

  function right(field: string | undefined): ReturnType<typeof parseAuthorization>[number] {
    const [given] = parseAuthorization(field ?? '');
    assert.ok(given, `not readable: ${String(field)}`);
    const { md5, sha256 } = hashCredentials('account', given.realm, 'geheim');
    assert.equal(given.response, digestResponse(given, 'INVITE', given.algorithm === 'MD5' ? md5 : sha256));
    return given;
  }

  for (const [challenge, algorithm, counted] of [
    ['Digest realm="c", nonce="n"', 'MD5', false],
    ['DIGEST realm="c",nonce="n",algorithm=MD5,qop="auth,auth-int"', 'MD5', true],
    ['Digest realm="c", nonce="n", algorithm=SHA-256, qop="auth"', 'SHA-256', true],
    [
      'Digest realm="c", nonce="n", algorithm=SHA-512-256, qop="auth", Digest realm="c", nonce="n", qop=auth',
      'MD5',
      true,
    ],
    [
      'Digest realm="c", nonce="n", algorithm=SHA-256, qop="auth", Digest realm="c", nonce="n", qop=auth',
      'SHA-256',
      true,
    ],
  ] as const) {
    it(`answers ${challenge}`, () => {
      const given = right(asked(challenge)?.['Authorization']);
      assert.equal(given.algorithm, algorithm);
      assert.equal(given.counted?.nc, counted ? '00000001' : undefined);
    });
  }

  it('repeats what it was given, whatever stands in it', () => {
    const field = asked('Digest realm="a, b\\"c", nonce="n,1", opaque="o=1", qop="auth"')?.['Authorization'] ?? '';
    assert.match(field, /realm="a, b\\"c", nonce="n,1".*opaque="o=1"/);
    right(field);
  });

  it('goes to a proxy in a field of its own, and to the server behind it as well', () => {
    right(asked('Digest realm="proxy", nonce="p", qop="auth"', 407)?.['Proxy-Authorization']);
    const both = asked('Digest realm="server", nonce="s", qop="auth"') ?? {};
    assert.equal(right(both['Proxy-Authorization']).counted?.nc, '00000002');
    assert.equal(right(both['Authorization']).realm, 'server');
  });

  it('is given again for a fresh nonce, but not for ever, and not for a wrong password', () => {
    assert.ok(asked('Digest realm="c", nonce="1"'));
    assert.ok(asked('Digest realm="c", nonce="2", stale=TRUE'));
    assert.ok(asked('Digest realm="c", nonce="3", stale=true'));
    assert.equal(asked('Digest realm="c", nonce="4", stale=true'), undefined);
    proof.accepted();
    assert.ok(asked('Digest realm="c", nonce="5"'));
    assert.equal(asked('Digest realm="c", nonce="6"'), undefined);
  });

  it('is not asked of us without end by ever new realms', () => {
    const given = Array.from({ length: 10 }, (_, at) => asked(`Digest realm="${String(at)}", nonce="n"`));
    assert.equal(given.filter((fields) => fields !== undefined).length, 3);
  });

  it('counts on with the nonce that was given before', () => {
    assert.deepEqual(proof.again('INVITE', uri), {});
    asked('Digest realm="c", nonce="n", qop="auth"');
    assert.equal(right(proof.again('INVITE', uri)['Authorization']).counted?.nc, '00000002');
  });

  for (const challenge of [
    '',
    'Basic realm="c"',
    'Digest nonce="n"',
    'Digest realm="c"',
    'Digest realm="c", nonce="n", qop="auth-int"',
    'Digest realm="c", nonce="n", algorithm=SHA-512-256',
  ]) {
    it(`says nothing to "${challenge}"`, () => {
      assert.equal(asked(challenge), undefined);
    });
  }
});
