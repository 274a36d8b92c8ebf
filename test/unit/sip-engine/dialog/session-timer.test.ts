import assert from 'node:assert/strict';
import { glareWait } from '../../../../src/sip-engine/dialog/glare.ts';
import {
  answeredSession,
  givenUpAfter,
  grantedSession,
  noSession,
  parseSessionExpires,
  type Session,
  type SessionEvent,
  type SessionTimer,
  stepSession,
} from '../../../../src/sip-engine/dialog/session-timer.ts';

const settings = { defaultRefresher: 'none', minSE: 90 } as const;
const ours: Session = { seconds: 100, weRefresh: true };
const theirs: Session = { seconds: 90, weRefresh: false };

/** Runs the events, each at its instant, and tells what was to be done. */
function run(events: readonly (readonly [now: number, event: SessionEvent])[]): {
  done: string[];
  state: SessionTimer;
} {
  let state = noSession;
  const done: string[] = [];
  for (const [now, event] of events) {
    const [next, actions] = stepSession(state, event, now);
    state = next;
    for (const action of actions) {
      const what =
        action.do === 'arm' ? ` ${String(action.ms)}` : action.do === 'refresh' ? ` ${String(action.seconds)}` : '';
      done.push(`${action.do}${what}`);
    }
  }
  return { done, state };
}

const agree = (session: Session | undefined): SessionEvent => ({ type: 'agreed', session });
const due: SessionEvent = { type: 'due' };

describe('a session timer', () => {
  it('that is ours refreshes at half its interval, and gives the answer until a third, or 32 s, before its end', () => {
    assert.deepEqual(
      run([
        [0, agree(ours)],
        [50_000, due],
      ]).done,
      ['arm 50000', 'arm 18000', 'refresh 100'],
    );
    assert.equal(givenUpAfter(90), 60_000);
    assert.equal(givenUpAfter(1800), 1_768_000);
  });

  it('ends the session when the refresh fails, or is not answered', () => {
    for (const last of [due, { type: 'failed' }] as const) {
      const { done, state } = run([
        [0, agree(ours)],
        [50_000, due],
        [68_000, last],
      ]);
      assert.deepEqual(done.slice(-2), ['disarm', 'end']);
      assert.equal(state.phase, 'off');
    }
  });

  it('begins anew with each agreement, whoever sent the request', () => {
    const { done } = run([
      [0, agree(ours)],
      [50_000, due],
      [50_010, agree(ours)],
      [60_000, agree(theirs)],
    ]);
    assert.deepEqual(done, ['arm 50000', 'arm 18000', 'refresh 100', 'arm 50000', 'arm 60000']);
  });

  it('tries again after glare, but not beyond the end', () => {
    const { done } = run([
      [0, agree(ours)],
      [50_000, due],
      [50_010, { type: 'put-off', ms: 2500 }],
      [52_510, due],
      [52_520, { type: 'put-off', ms: 60_000 }],
      [68_000, due],
    ]);
    assert.deepEqual(done.slice(3), ['arm 2500', 'arm 15490', 'refresh 100', 'arm 15480', 'disarm', 'end']);
  });

  it('waits 2.1 to 4 s after glare where the Call-ID is ours, else up to 2 s', () => {
    const range = (role: 'uac' | 'uas'): number[] => {
      const waits = Array.from({ length: 500 }, (_, chance) => glareWait({ role }, chance));
      return [Math.min(...waits), Math.max(...waits)];
    };
    assert.deepEqual(
      [range('uac'), range('uas')],
      [
        [2100, 4000],
        [0, 2000],
      ],
    );
  });

  it('asks for a longer session where the peer wants one', () => {
    const { done } = run([
      [0, agree(ours)],
      [50_000, due],
      [50_010, { type: 'put-off', ms: 0, seconds: 180 }],
      [50_010, due],
    ]);
    assert.deepEqual(done.slice(3), ['arm 0', 'arm 17990', 'refresh 180']);
  });

  it('that is theirs ends the session when nothing came, and takes each request for a sign of life', () => {
    const { done } = run([
      [0, agree(theirs)],
      [50_000, { type: 'heard' }],
      [110_000, due],
    ]);
    assert.deepEqual(done, ['arm 60000', 'arm 60000', 'disarm', 'end']);
  });

  it('does nothing once it is off, or for news that it does not wait for', () => {
    assert.deepEqual(run([[0, due]]).done, []);
    assert.deepEqual(run([[0, { type: 'heard' }]]).done, []);
    const { done } = run([
      [0, agree(ours)],
      [1, { type: 'failed' }],
      [2, { type: 'put-off', ms: 5 }],
      [3, { type: 'heard' }],
      [4, agree(undefined)],
    ]);
    assert.deepEqual(done, ['arm 50000', 'disarm']);
  });
});

describe('Session-Expires', () => {
  it('is read with and without blanks and a refresher', () => {
    assert.deepEqual(parseSessionExpires('1800;refresher=uac'), { seconds: 1800, refresher: 'uac' });
    assert.deepEqual(parseSessionExpires(' 90 ; x=y; Refresher=UAS'), { seconds: 90, refresher: 'uas' });
    assert.deepEqual(parseSessionExpires('4294967295'), { seconds: 21 * 86_400, refresher: undefined });
    assert.deepEqual(parseSessionExpires('90;refresher=me'), { seconds: 90, refresher: undefined });
    for (const bad of ['', 'soon', '-1', '90 refresher', '99999999999'])
      assert.equal(parseSessionExpires(bad), undefined);
  });

  it('in our answer is what the application says, but no shorter than allowed', () => {
    const own = { seconds: 60, refresher: undefined };
    const rest = { asked: undefined, running: undefined };
    assert.deepEqual(answeredSession(settings, { own, ...rest, peerKnows: true }), { seconds: 90, refresher: 'uac' });
    // A caller who does not know session timers would never refresh.
    assert.deepEqual(answeredSession(settings, { own, ...rest, peerKnows: false }), { seconds: 90, refresher: 'uas' });
  });

  it('in our answer follows the caller who names the refresher, and the setting where he does not', () => {
    const asked = { seconds: 1800, refresher: undefined };
    const rest = { own: undefined, running: undefined, peerKnows: true };
    assert.equal(answeredSession(settings, { asked, ...rest }), undefined);
    assert.equal(answeredSession({ ...settings, defaultRefresher: 'uac' }, { asked, ...rest })?.refresher, 'uac');
    const named = { seconds: 30, refresher: 'uas' } as const;
    assert.deepEqual(answeredSession(settings, { asked: named, ...rest }), { seconds: 90, refresher: 'uas' });
  });

  it('in our answer to a re-INVITE leaves the parts as they are', () => {
    const asked = { seconds: 200, refresher: undefined };
    const rest = { own: undefined, peerKnows: true };
    assert.equal(answeredSession(settings, { asked, running: ours, ...rest })?.refresher, 'uas');
    assert.equal(answeredSession(settings, { asked, running: theirs, ...rest })?.refresher, 'uac');
    assert.deepEqual(answeredSession(settings, { asked: undefined, running: ours, ...rest }), {
      seconds: 100,
      refresher: 'uas',
    });
    assert.equal(answeredSession(settings, { asked: undefined, running: theirs, ...rest }), undefined);
  });

  it('in their answer decides, unless it is missing where we refresh anyway', () => {
    assert.deepEqual(grantedSession(settings, { seconds: 1, refresher: undefined }, undefined), {
      seconds: 90,
      weRefresh: true,
    });
    assert.deepEqual(grantedSession(settings, { seconds: 300, refresher: 'uas' }, ours), {
      seconds: 300,
      weRefresh: false,
    });
    assert.equal(grantedSession(settings, undefined, ours), ours);
    assert.equal(grantedSession(settings, undefined, theirs), undefined);
  });
});
