import { ladder } from '../support/ladder.ts';

describe('an announcement', () => {
  ladder(
    'is heard to its end, and the phones ring while the caller hears ringback of ours',
    {
      rings: [{ announce: 'welcome' }, ['bobby']],
    },
    [
      'alice -> b2bua INVITE',
      'alice <- b2bua 200',
      'alice <- b2bua sound welcome',
      'alice -> b2bua ACK',
      '~ 4s',
      'sound ends',
      'b2bua -> bobby INVITE',
      'alice <- b2bua sound ringback on and on',
      'b2bua <- bobby 180',
      '~ 3s',
      'b2bua <- bobby 200',
      '~ 60s',
      'alice -> b2bua BYE',
      'b2bua -> bobby BYE',
      'cdr: answered by caller, attended, bobby answered',
    ],
  );

  ladder('that is the last word is followed by BYE', { rings: [{ announce: 'closed' }] }, [
    'alice -> b2bua INVITE',
    'alice <- b2bua 200',
    'alice <- b2bua sound closed',
    'sound ends',
    'alice <- b2bua BYE Subscriber absent',
    'cdr: unreachable by us, attended',
  ]);

  ladder('that cannot be played is passed over', { rings: [{ announce: 'welcome' }, ['bobby']] }, [
    'alice -> b2bua INVITE',
    'alice <- b2bua 200',
    'alice <- b2bua sound welcome',
    'sound fails SOUND_UNREADABLE',
    'b2bua -> bobby INVITE',
    'alice <- b2bua sound ringback on and on',
    'b2bua <- bobby 200',
    'b2bua <- bobby BYE',
    'alice <- b2bua BYE',
    'cdr: answered by callee, attended, bobby answered',
  ]);

  ladder(
    'is passed over for a caller that speaks no codec of ours',
    {
      rings: [{ announce: 'welcome' }, ['bobby']],
      byHand: true,
    },
    [
      'alice -> b2bua INVITE',
      'media opens',
      'media cannot attend NO_COMMON_CODEC',
      'media opens',
      'b2bua -> bobby INVITE',
      'b2bua <- bobby 180',
      'alice <- b2bua 180',
      'b2bua <- bobby 486',
      'alice <- b2bua 486',
      'cdr: busy by callee, bobby busy',
    ],
  );

  ladder(
    'is refused to a caller that speaks no codec of ours, when nothing else is left',
    { rings: [{ announce: 'welcome' }], byHand: true },
    [
      'alice -> b2bua INVITE',
      'media opens',
      'media cannot attend NO_COMMON_CODEC',
      'alice <- b2bua 488',
      'cdr: refused by us',
    ],
  );

  ladder('ends when the caller hangs up', { rings: [{ announce: 'welcome' }, ['bobby']] }, [
    'alice -> b2bua INVITE',
    'alice <- b2bua 200',
    'alice <- b2bua sound welcome',
    'alice -> b2bua BYE',
    'cdr: cancelled by caller, attended',
  ]);

  ladder('is not begun for a caller that gave up', { rings: [{ announce: 'welcome' }], byHand: true }, [
    'alice -> b2bua INVITE',
    'media opens',
    'alice -> b2bua CANCEL',
    'cdr: cancelled by caller',
  ]);
});

describe('an attended caller for whom nothing is left', () => {
  const busy = { rings: [{ announce: 'welcome' }, ['bobby']] } as const;

  ladder('is told so, and then hung up with the reason', busy, [
    'alice -> b2bua INVITE',
    'alice <- b2bua 200',
    'alice <- b2bua sound welcome',
    'sound ends',
    'b2bua -> bobby INVITE',
    'alice <- b2bua sound ringback on and on',
    'b2bua <- bobby 486',
    'alice <- b2bua sound nobody-available',
    '~ 3s',
    'sound ends',
    'alice <- b2bua BYE User busy',
    'cdr: busy by callee, attended, bobby busy',
  ]);

  ladder('may hang up before it has heard all of it', busy, [
    'alice -> b2bua INVITE',
    'alice <- b2bua 200',
    'alice <- b2bua sound welcome',
    'sound ends',
    'b2bua -> bobby INVITE',
    'alice <- b2bua sound ringback on and on',
    'b2bua <- bobby 404',
    'alice <- b2bua sound cannot-be-reached',
    'alice -> b2bua BYE',
    'cdr: unreachable by caller, attended, bobby unreachable',
  ]);

  ladder(
    'is let go when our last words never end',
    { rings: [{ announce: 'welcome' }, { refuse: 'NO_SUCH_NUMBER' }] },
    [
      'alice -> b2bua INVITE',
      'alice <- b2bua 200',
      'alice <- b2bua sound welcome',
      'sound ends',
      'alice <- b2bua sound number-not-in-use',
      '~ 60s',
      'alice <- b2bua BYE Unallocated number',
      'cdr: refused by us, attended',
    ],
  );

  ladder('is hung up at once when the exchange stops', busy, [
    'alice -> b2bua INVITE',
    'alice <- b2bua 200',
    'alice <- b2bua sound welcome',
    'stop SHUTTING_DOWN',
    'alice <- b2bua BYE Temporary failure',
    'cdr: failed by us, attended',
  ]);
});

describe('music while phones ring', () => {
  const waiting = { rings: [{ ring: ['bobby', 'carol'], waiting: 'music' }], seconds: 20 } as const;

  ladder('is heard until somebody is connected', waiting, [
    'alice -> b2bua INVITE',
    'alice <- b2bua 200',
    'b2bua -> bobby INVITE',
    'b2bua -> carol INVITE',
    'alice <- b2bua sound music on and on',
    'b2bua <- bobby 180',
    '~ 5s',
    'b2bua <- bobby 200',
    'b2bua -> carol CANCEL elsewhere',
    'b2bua <- carol 487',
    'alice -> b2bua BYE',
    'b2bua -> bobby BYE',
    'cdr: answered by caller, attended, bobby answered, carol answered-elsewhere',
  ]);

  ladder('ends when the caller hangs up: for the phones it is a missed call', waiting, [
    'alice -> b2bua INVITE',
    'alice <- b2bua 200',
    'b2bua -> bobby INVITE',
    'b2bua -> carol INVITE',
    'alice <- b2bua sound music on and on',
    'alice -> b2bua BYE',
    'b2bua -> bobby CANCEL',
    'b2bua -> carol CANCEL',
    'cdr: cancelled by caller, attended, bobby cancelled, carol cancelled',
    'b2bua <- bobby 487',
    'b2bua <- carol 487',
  ]);

  ladder('is ringback of the caller’s own phone when it speaks no codec of ours', { ...waiting, byHand: true }, [
    'alice -> b2bua INVITE',
    'media opens',
    'media cannot attend NO_COMMON_CODEC',
    'media opens',
    'b2bua -> bobby INVITE',
    'b2bua -> carol INVITE',
    'b2bua <- carol 180',
    'alice <- b2bua 180',
    'alice -> b2bua CANCEL',
    'b2bua -> bobby CANCEL',
    'b2bua -> carol CANCEL',
    'cdr: cancelled by caller, bobby cancelled, carol cancelled',
    'b2bua <- bobby 487',
    'b2bua <- carol 487',
  ]);

  ladder('is ended by the longest duration, counted from our own answer', { ...waiting, seconds: 20_000 }, [
    'alice -> b2bua INVITE',
    'alice <- b2bua 200',
    'b2bua -> bobby INVITE',
    'b2bua -> carol INVITE',
    'alice <- b2bua sound music on and on',
    'b2bua <- bobby 486',
    '~ 14400s',
    'b2bua -> carol CANCEL',
    'alice <- b2bua BYE Maximum call duration reached',
    'cdr: cancelled by us, attended, bobby busy, carol failed',
    'b2bua <- carol 487',
  ]);

  ladder(
    'a phone of an earlier step, which was offered other codecs, comes too late',
    {
      rings: [['bobby'], { ring: ['carol'], waiting: 'music' }],
      seconds: 10,
    },
    [
      'alice -> b2bua INVITE',
      'b2bua -> bobby INVITE',
      'b2bua <- bobby 180',
      'alice <- b2bua 180',
      '~ 10s',
      'b2bua -> bobby CANCEL',
      'alice <- b2bua 200',
      'b2bua -> carol INVITE',
      'alice <- b2bua sound music on and on',
      'b2bua <- bobby 200',
      'b2bua -> bobby BYE',
      'b2bua <- carol 200',
      'b2bua <- carol BYE',
      'alice <- b2bua BYE',
      'cdr: answered by callee, attended, bobby no-answer, carol answered',
    ],
  );
});

describe('a menu', () => {
  const sales = { rings: [{ menu: 'which', keys: { 1: [['bobby']], 2: [['carol']] } }, ['davey']] } as const;

  ladder('stops speaking at a key, and follows it', sales, [
    'alice -> b2bua INVITE',
    'alice <- b2bua 200',
    'alice <- b2bua sound which',
    '~ 1s',
    'alice -> b2bua key 2',
    'alice <- b2bua silence',
    'b2bua -> carol INVITE',
    'alice <- b2bua sound ringback on and on',
    'b2bua <- carol 200',
    'b2bua <- carol BYE',
    'alice <- b2bua BYE',
    'cdr: answered by callee, attended, carol answered',
  ]);

  ladder('waits for a key after its sound, repeats, and goes on without one', sales, [
    'alice -> b2bua INVITE',
    'alice <- b2bua 200',
    'alice <- b2bua sound which',
    'sound ends',
    '~ 5s',
    'alice <- b2bua sound which',
    'sound ends',
    '~ 5s',
    'b2bua -> davey INVITE',
    'alice <- b2bua sound ringback on and on',
    'alice -> b2bua BYE',
    'b2bua -> davey CANCEL',
    'cdr: cancelled by caller, attended, davey cancelled',
    'b2bua <- davey 487',
  ]);

  ladder('takes a wrong key for no key', sales, [
    'alice -> b2bua INVITE',
    'alice <- b2bua 200',
    'alice <- b2bua sound which',
    'alice -> b2bua key 9',
    'alice <- b2bua silence',
    'alice <- b2bua sound not-understood, which',
    'sound ends',
    '~ 4s',
    'alice -> b2bua key 1',
    'b2bua -> bobby INVITE',
    'alice <- b2bua sound ringback on and on',
    'b2bua <- bobby 200',
    'alice -> b2bua BYE',
    'b2bua -> bobby BYE',
    'cdr: answered by caller, attended, bobby answered',
  ]);

  ladder(
    'within a menu takes keys that were typed ahead',
    {
      rings: [{ announce: 'welcome' }, { menu: 'first', keys: { 1: [{ menu: 'second', keys: { 2: [['carol']] } }] } }],
    },
    [
      'alice -> b2bua INVITE',
      'alice <- b2bua 200',
      'alice <- b2bua sound welcome',
      'alice -> b2bua key 1',
      'alice -> b2bua key 2',
      'sound ends',
      'b2bua -> carol INVITE',
      'alice <- b2bua sound ringback on and on',
      'alice -> b2bua BYE',
      'b2bua -> carol CANCEL',
      'cdr: cancelled by caller, attended, carol cancelled',
      'b2bua <- carol 487',
    ],
  );
});

describe('voicemail', () => {
  const box = { rings: [['bobby'], { voicemail: 'bobby' }], seconds: 20 } as const;

  ladder('takes a message when nobody answers: the phones show a missed call', box, [
    'alice -> b2bua INVITE',
    'b2bua -> bobby INVITE',
    'b2bua <- bobby 180',
    'alice <- b2bua 180',
    '~ 20s',
    'b2bua -> bobby CANCEL',
    'alice <- b2bua 200',
    'alice <- b2bua sound voicemail-greeting, beep',
    'b2bua <- bobby 487',
    '~ 5s',
    'sound ends',
    'recording starts',
    '~ 12s',
    'alice -> b2bua BYE',
    'message of 12s for bobby',
    'cdr: voicemail by caller, attended, bobby no-answer',
  ]);

  ladder('ends at #, which before the beep means that the greeting is known', { rings: [{ voicemail: 'bobby' }] }, [
    'alice -> b2bua INVITE',
    'alice <- b2bua 200',
    'alice <- b2bua sound voicemail-greeting, beep',
    'alice -> b2bua key #',
    'alice <- b2bua sound beep',
    'sound ends',
    'recording starts',
    '~ 7s',
    'alice -> b2bua key #',
    'recording stops',
    'message of 7s for bobby',
    'alice <- b2bua BYE',
    'cdr: voicemail by us, attended',
  ]);

  ladder('ends when nothing is said any more', { rings: [{ voicemail: 'bobby' }] }, [
    'alice -> b2bua INVITE',
    'alice <- b2bua 200',
    'alice <- b2bua sound voicemail-greeting, beep',
    'sound ends',
    'recording starts',
    '~ 30s',
    'recorded 22s',
    'message of 22s for bobby',
    'alice <- b2bua BYE',
    'cdr: voicemail by us, attended',
  ]);

  ladder('keeps no message in which nothing was said', { rings: [{ voicemail: 'bobby' }] }, [
    'alice -> b2bua INVITE',
    'alice <- b2bua 200',
    'alice <- b2bua sound voicemail-greeting, beep',
    'sound ends',
    'recording starts',
    '~ 0.5s',
    'alice -> b2bua BYE',
    'message dropped',
    'cdr: voicemail by caller, attended',
  ]);

  ladder('that cannot record lets routing go on', { rings: [{ voicemail: 'bobby' }, ['carol']] }, [
    'alice -> b2bua INVITE',
    'alice <- b2bua 200',
    'alice <- b2bua sound voicemail-greeting, beep',
    'sound ends',
    'recording starts',
    'recording fails RECORDING_FAILED',
    'message dropped',
    'b2bua -> carol INVITE',
    'alice <- b2bua sound ringback on and on',
    'b2bua <- carol 200',
    'b2bua <- carol BYE',
    'alice <- b2bua BYE',
    'cdr: answered by callee, attended, carol answered',
  ]);

  ladder('keeps what was said when the exchange stops', { rings: [{ voicemail: 'bobby' }] }, [
    'alice -> b2bua INVITE',
    'alice <- b2bua 200',
    'alice <- b2bua sound voicemail-greeting, beep',
    'sound ends',
    'recording starts',
    '~ 9s',
    'stop SHUTTING_DOWN',
    'alice <- b2bua BYE Temporary failure',
    'message of 9s for bobby',
    'cdr: voicemail by us, attended',
  ]);

  ladder(
    'keeps what was said though the disk is slower than all else',
    { rings: [{ voicemail: 'bobby' }], slowToClose: true },
    [
      'alice -> b2bua INVITE',
      'alice <- b2bua 200',
      'alice <- b2bua sound voicemail-greeting, beep',
      'sound ends',
      'recording starts',
      '~ 9s',
      'alice -> b2bua BYE',
      '~ 40s',
      'cdr: voicemail by caller, attended',
      'media closes',
      'message of 49s for bobby',
    ],
  );
});
