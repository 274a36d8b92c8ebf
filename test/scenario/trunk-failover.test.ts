import { ladder } from '../support/ladder.ts';

/** What the record says of a party that rang and then said so. */
const named = {
  302: 'failed',
  404: 'unreachable',
  480: 'no-answer',
  484: 'failed',
  486: 'busy',
  488: 'failed',
  503: 'unreachable',
  603: 'declined',
  604: 'unreachable',
} as const;

const outside = { rings: [['first']] } as const;

describe('a trunk that fails by itself, with another beside it', () => {
  for (const status of [500, 501, 502, 503, 504, 513, 580, 408, 403, 407, 401] as const) {
    ladder(`hands the call over when it says ${String(status)}`, outside, [
      'alice -> b2bua INVITE',
      'b2bua -> first INVITE',
      `b2bua <- first ${String(status)}`,
      'b2bua -> other INVITE',
      'b2bua <- other 180',
      'alice <- b2bua 180',
      'b2bua <- other 200',
      'alice <- b2bua 200',
      'alice -> b2bua BYE',
      'b2bua -> other BYE',
      `cdr: answered by caller, first ${status === 503 || status === 408 ? 'unreachable' : 'failed'}, other answered`,
    ]);
  }

  for (const [status, told, cdr] of [
    [404, 404, 'refused by callee, first unreachable'],
    [410, 410, 'refused by callee, first unreachable'],
    [480, 480, 'unreachable by callee, first unreachable'],
    [484, 484, 'refused by callee, first failed'],
    [486, 486, 'busy by callee, first busy'],
    [488, 488, 'failed by callee, first failed'],
    [600, 486, 'busy by callee, first busy'],
    [603, 603, 'declined by callee, first declined'],
    [604, 404, 'refused by callee, first unreachable'],
  ] as const) {
    ladder(`keeps it when it speaks of the called number: ${String(status)}`, outside, [
      'alice -> b2bua INVITE',
      'b2bua -> first INVITE',
      `b2bua <- first ${String(status)}`,
      `alice <- b2bua ${String(told)}` as 'alice <- b2bua 486',
      `cdr: ${cdr}`,
    ]);
  }

  ladder('hands it over when it says nothing at all', outside, [
    'alice -> b2bua INVITE',
    'b2bua -> first INVITE',
    '~ 6s',
    'b2bua -> first CANCEL',
    'b2bua -> other INVITE',
    'b2bua <- other 200',
    'alice <- b2bua 200',
    'b2bua <- first 487',
    'b2bua <- other BYE',
    'alice <- b2bua BYE',
    'cdr: answered by callee, first unreachable, other answered',
  ]);

  ladder('keeps it once it says that somebody is rung', outside, [
    'alice -> b2bua INVITE',
    'b2bua -> first INVITE',
    '~ 5s',
    'b2bua <- first 183',
    'alice <- b2bua 180',
    '~ 20s',
    'b2bua <- first 408',
    'alice <- b2bua 480',
    'cdr: no-answer by us, first no-answer',
  ]);

  ladder('that answers late, as it is cancelled, has found somebody all the same', outside, [
    'alice -> b2bua INVITE',
    'b2bua -> first INVITE',
    '~ 6s',
    'b2bua -> first CANCEL',
    'b2bua -> other INVITE',
    'b2bua <- first 200',
    'b2bua -> other CANCEL elsewhere',
    'alice <- b2bua 200',
    'b2bua <- other 487',
    'alice -> b2bua BYE',
    'b2bua -> first BYE',
    'cdr: answered by caller, first answered, other answered-elsewhere',
  ]);

  ladder('gives the answer of the last when all fail', outside, [
    'alice -> b2bua INVITE',
    'b2bua -> first INVITE',
    'b2bua <- first 503',
    'b2bua -> other INVITE',
    'b2bua <- other 486',
    'alice <- b2bua 486',
    'cdr: busy by callee, first unreachable, other busy',
  ]);

  ladder('gives 503 when none of them can', outside, [
    'alice -> b2bua INVITE',
    'b2bua -> first INVITE',
    'b2bua <- first 503',
    'b2bua -> other INVITE',
    'b2bua <- other 500',
    'alice <- b2bua 503',
    'cdr: failed by us, first unreachable, other failed',
  ]);

  ladder('goes on within the step, while a phone rings beside it', { rings: [['bobby', 'first']], seconds: 20 }, [
    'alice -> b2bua INVITE',
    'b2bua -> bobby INVITE',
    'b2bua -> first INVITE',
    'b2bua <- bobby 180',
    'alice <- b2bua 180',
    '~ 2s',
    'b2bua <- first 503',
    'b2bua -> other INVITE',
    '~ 18s',
    'b2bua -> bobby CANCEL',
    'b2bua -> other CANCEL',
    'alice <- b2bua 480',
    'cdr: no-answer by us, bobby no-answer, first unreachable, other no-answer',
    'b2bua <- bobby 487',
    'b2bua <- other 487',
  ]);

  ladder('is not followed by another when the caller gives up', outside, [
    'alice -> b2bua INVITE',
    'b2bua -> first INVITE',
    'alice -> b2bua CANCEL',
    'b2bua -> first CANCEL',
    'cdr: cancelled by caller, first cancelled',
    'b2bua <- first 503',
  ]);

  ladder(
    'is followed by the next when a phone that answered meanwhile cannot be heard',
    { rings: [['bobby', 'first']], byHand: true },
    [
      'alice -> b2bua INVITE',
      'media opens',
      'b2bua -> bobby INVITE',
      'b2bua -> first INVITE',
      'b2bua <- bobby 200',
      'b2bua <- first 503',
      'media cannot connect NO_COMMON_CODEC',
      'b2bua -> bobby BYE',
      'b2bua -> other INVITE',
      'b2bua <- other 486',
      'alice <- b2bua 486',
      'cdr: busy by callee, bobby failed, first unreachable, other busy',
    ],
  );

  ladder(
    'is given up after a phone that answered meanwhile could not be heard',
    { rings: [['bobby', 'first']], byHand: true },
    [
      'alice -> b2bua INVITE',
      'media opens',
      'b2bua -> bobby INVITE',
      'b2bua -> first INVITE',
      '~ 5.9s',
      'b2bua <- bobby 200',
      '~ 0.2s',
      'media cannot connect NO_COMMON_CODEC',
      'b2bua -> bobby BYE',
      '~ 6s',
      'b2bua -> first CANCEL',
      'b2bua -> other INVITE',
      'b2bua <- other 486',
      'alice <- b2bua 486',
      'cdr: busy by callee, bobby failed, first unreachable, other busy',
      'b2bua <- first 487',
    ],
  );

  ladder(
    'is not followed by another when a phone is connected that answered meanwhile',
    { rings: [['bobby', 'first']], byHand: true },
    [
      'alice -> b2bua INVITE',
      'media opens',
      'b2bua -> bobby INVITE',
      'b2bua -> first INVITE',
      'b2bua <- bobby 200',
      'b2bua <- first 503',
      'media connects',
      'alice <- b2bua 200',
      '200 is out',
      'alice -> b2bua BYE',
      'b2bua -> bobby BYE',
      'cdr: answered by caller, bobby answered, first unreachable',
    ],
  );
});

describe('a trunk by which help is called', () => {
  for (const status of [302, 404, 480, 484, 486, 488, 503, 603, 604] as const) {
    ladder(`does not have the last word with ${String(status)}, while there is another`, { rings: [['helps']] }, [
      'alice -> b2bua INVITE',
      'b2bua -> helps INVITE',
      'b2bua <- helps 183',
      'alice <- b2bua 180',
      `b2bua <- helps ${String(status)}`,
      'b2bua -> other INVITE',
      'b2bua <- other 200',
      'alice <- b2bua 200',
      'alice -> b2bua BYE',
      'b2bua -> other BYE',
      `cdr: answered by caller, helps ${named[status]}, other answered`,
    ]);
  }
});
