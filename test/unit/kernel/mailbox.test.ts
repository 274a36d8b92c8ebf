import assert from 'node:assert/strict';
import { Mailbox } from '../../../src/kernel/mailbox.ts';

describe('a mailbox', () => {
  it('handles what is posted at once, and in order', () => {
    const handled: string[] = [];
    const mailbox = new Mailbox<string>((letter) => handled.push(letter));
    for (const letter of ['a', 'b', 'c']) mailbox.post(letter);
    assert.deepEqual(handled, ['a', 'b', 'c']);
    assert.equal(mailbox.waiting, 0);
  });

  it('finishes one letter before it takes the one that its handler posted', () => {
    const seen: string[] = [];
    const mailbox = new Mailbox<number>((letter) => {
      seen.push(`begin ${letter}`);
      if (letter === 1) mailbox.post(2);
      seen.push(`end ${letter}`);
    });
    mailbox.post(1);
    assert.deepEqual(seen, ['begin 1', 'end 1', 'begin 2', 'end 2']);
  });

  it('keeps the order of letters that handlers post to each other', () => {
    const handled: string[] = [];
    const mailbox = new Mailbox<string>((letter) => {
      handled.push(letter);
      if (letter.length < 3) for (const suffix of ['x', 'y']) mailbox.post(letter + suffix);
    });
    mailbox.post('a');
    assert.deepEqual(handled, ['a', 'ax', 'ay', 'axx', 'axy', 'ayx', 'ayy']);
  });

  it('counts what waits while a handler runs', () => {
    const waiting: number[] = [];
    const mailbox = new Mailbox<string>((letter) => {
      if (letter === 'first') for (const next of ['second', 'third']) mailbox.post(next);
      waiting.push(mailbox.waiting);
    });
    mailbox.post('first');
    assert.deepEqual(waiting, [2, 1, 0]);
  });

  it('is open for the next letter after a handler broke its promise and threw', () => {
    const handled: string[] = [];
    const mailbox = new Mailbox<string>((letter) => {
      if (letter === 'bad') throw new Error('a bug');
      handled.push(letter);
    });
    assert.throws(() => mailbox.post('bad'), /a bug/);
    mailbox.post('good');
    assert.deepEqual(handled, ['good']);
  });
});
