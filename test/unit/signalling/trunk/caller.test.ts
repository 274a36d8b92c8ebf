import assert from 'node:assert/strict';
import { trunkCaller } from '../../../../src/signalling/trunk/caller.ts';

describe('who calls through a trunk', () => {
  const asserted = '"J. Jansen" <sip:+31612345678@carrier.example;user=phone>';
  const from = '"Somebody" <sip:+31851234560@carrier.example>;tag=1';
  const anonymous = '"Anonymous" <sip:anonymous@anonymous.invalid>;tag=1';
  const nobody = { name: undefined, withheld: true };
  const by = (asserted: string | undefined, from: string | undefined, privacy?: string, remoteParty?: string) =>
    trunkCaller({ asserted, remoteParty, from, privacy });

  it('is whom the trunk asserts, whatever From says', () => {
    assert.deepEqual(by(asserted, from), { number: '+31612345678', name: 'J. Jansen', withheld: false });
    assert.deepEqual(by(asserted, anonymous, 'none'), { number: '+31612345678', name: 'J. Jansen', withheld: false });
  });

  it('is From where nothing is asserted', () => {
    assert.deepEqual(by(undefined, from), { number: '+31851234560', name: 'Somebody', withheld: false });
  });

  for (const privacy of ['id', 'ID', 'user;id', 'header; user', 'header', 'id;critical']) {
    it(`is nobody with Privacy: ${privacy}`, () => {
      assert.deepEqual(by(asserted, from, privacy), { ...nobody, number: '+31612345678' });
    });
  }

  const fields: readonly (readonly [field: string, number: string | undefined, name: string | undefined])[] = [
    [anonymous, undefined, undefined],
    ['<sip:Anonymous@carrier.example>', undefined, undefined],
    ['"Jan" <sip:restricted@192.0.2.1>', undefined, undefined],
    ['<sip:unknown@unknown.invalid>;tag=1', undefined, undefined],
    ['<sip:@192.0.2.1>', undefined, undefined],
    ['<sip:carrier.example>;tag=1', undefined, undefined],
    ['sip:carrier.example;tag=1', undefined, undefined],
    ['', undefined, undefined],
    ['sip:+31612345678@carrier.example;tag=1', '+31612345678', undefined],
    ['<tel:+31612345678;cpc=ordinary>', '+31612345678', undefined],
    ['tel:+31612345678', '+31612345678', undefined],
    ['<sip:+31612345678;npdi=yes@carrier.example>', '+31612345678', undefined],
    ['<sip:%2B31612345678@carrier.example>', '+31612345678', undefined],
    ['<sip:%zz@carrier.example>', undefined, undefined],
    ['+31612345678 <sip:+31612345678@carrier.example>', '+31612345678', undefined],
    ['"Say \\"hi\\", \\\\" <sips:0612345678@carrier.example>', '0612345678', 'Say "hi", \\'],
    ['"sip:112@example.com" <sip:+31612345678@carrier.example>', '+31612345678', 'sip:112@example.com'],
    ['"<sip:112@example.com>" <sip:+31612345678@carrier.example>', '+31612345678', '<sip:112@example.com>'],
    ['<sip:+31612345678@carrier.example>, <tel:+31851234567>', '+31612345678', undefined],
  ];
  for (const [field, number, name] of fields) {
    it(`${field}: ${number ?? 'nobody'}, ${name ?? 'without a name'}`, () => {
      assert.deepEqual(by(undefined, field), { number, name, withheld: number === undefined });
    });
  }

  it('is known, and withheld, where From hides and nothing says that there is no need', () => {
    assert.deepEqual(by(asserted, anonymous), { ...nobody, number: '+31612345678' });
  });

  it('is Remote-Party-ID where an older trunk asserts by it', () => {
    const party = '"J. Jansen" <sip:+31612345678@carrier.example>;party=calling;screen=yes';
    const shown = { number: '+31612345678', name: 'J. Jansen', withheld: false };
    assert.deepEqual(by(undefined, from, undefined, `${party};privacy=off`), shown);
    assert.deepEqual(by(undefined, from, undefined, party), shown);
    for (const privacy of ['full', 'name', 'uri', 'FULL', '"full"', 'full-network']) {
      assert.deepEqual(by(undefined, from, undefined, `${party};privacy=${privacy}`), {
        ...nobody,
        number: '+31612345678',
      });
    }
    const words = '"a>;privacy=full" <sip:+31612345678@carrier.example>';
    assert.equal(by(undefined, from, undefined, words).withheld, false);
  });

  for (const user of ['anonymous', 'unknown', 'restricted', 'private', 'unavailable', 'Withheld', '']) {
    it(`is nobody by the name of "${user}", wherever it stands`, () => {
      const field = `"Jan" <sip:${user}@carrier.example>;tag=1`;
      assert.deepEqual(by(undefined, field), { ...nobody, number: undefined });
      assert.deepEqual(by(field, from), { ...nobody, number: undefined });
      assert.deepEqual(by(undefined, from, undefined, field), { ...nobody, number: undefined });
    });
  }

  it('is nobody at anonymous.invalid, whatever the name before it', () => {
    assert.deepEqual(by(undefined, '<sip:0612345678@anonymous.invalid>'), { ...nobody, number: undefined });
  });
});
