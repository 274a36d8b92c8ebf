import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { ellipticKey, rsaKey } from '../../../src/push/signed-token.ts';
import { encryptPush } from '../../../src/push/webpush/encrypt.ts';
import { browserPushHosts, readSubscription } from '../../../src/push/webpush/subscription.ts';
import { newEllipticKey, newRsaKey } from '../../support/push/keys.ts';

const bytes = (text: string): Buffer => Buffer.from(text, 'base64url');
const p256dh = 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4';
const auth = 'BTBZMqHH6r4Tts7J_aSIgg';

describe('an encrypted push', () => {
  it('is what RFC 8291 §5 has for its example', () => {
    const encrypted = encryptPush(
      Buffer.from('When I grow up, I want to be a watermelon'),
      { p256dh: bytes(p256dh), auth: bytes(auth) },
      { privateKey: bytes('yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw'), salt: bytes('DGv6ra1nlYgDCS1FRnbzlw') },
    );
    assert.equal(
      encrypted.toString('base64url'),
      'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6Tlz' +
        'AC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN',
    );
  });
});

describe('the endpoint of a subscription', () => {
  const read = (endpoint: string) =>
    readSubscription({ service: 'webpush', endpoint, p256dh, auth }, browserPushHosts).ok;

  it('is at the push service of a browser', () => {
    assert.ok(read('https://fcm.googleapis.com/fcm/send/abc'));
    assert.ok(read('https://updates.push.services.mozilla.com/wpush/v2/abc'));
    assert.ok(read('https://web.push.apple.com/abc'));
    assert.ok(read('https://wns2-par02p.notify.windows.com/w/?token=abc'));
  });

  it('is nowhere else: a stranger wrote it', () => {
    for (const endpoint of [
      'http://fcm.googleapis.com/x',
      'https://192.0.2.1/x',
      'https://localhost/x',
      'https://fcm.googleapis.com.example.com/x',
      'https://evilpush.apple.com/x',
      'https://me:secret@fcm.googleapis.com/x',
      'file:///etc/passwd',
      'nonsense',
      `https://fcm.googleapis.com/${'x'.repeat(3_000)}`,
    ])
      assert.ok(!read(endpoint), endpoint);
  });
});

describe('a key for signing', () => {
  it('is refused at once when it is of another kind', () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'secp384r1' });
    const otherCurve = other.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    assert.throws(() => ellipticKey(newRsaKey().pem), /P-256/);
    assert.throws(() => ellipticKey(otherCurve), /P-256/);
    assert.throws(() => rsaKey(newEllipticKey().pem), /RSA/);
    assert.throws(() => rsaKey('no key'));
  });
});
