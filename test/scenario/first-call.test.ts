import { ladder } from '../support/ladder.ts';

describe('a call to one phone', () => {
  ladder('is answered, and the caller hangs up', {}, [
    'alice -> b2bua INVITE',
    'b2bua -> bobby INVITE',
    'b2bua <- bobby 180',
    'alice <- b2bua 180',
    '~ 3s',
    'b2bua <- bobby 200',
    'alice <- b2bua 200',
    'alice -> b2bua ACK',
    '~ 60s',
    'alice -> b2bua BYE',
    'b2bua -> bobby BYE',
    'cdr: answered by caller, bobby answered',
  ]);

  ladder('is answered without ringing, and the callee hangs up', {}, [
    'alice -> b2bua INVITE',
    'b2bua -> bobby INVITE',
    'b2bua <- bobby 200',
    'alice <- b2bua 200',
    'alice -> b2bua ACK',
    'b2bua <- bobby BYE',
    'alice <- b2bua BYE',
    'cdr: answered by callee, bobby answered',
  ]);

  ladder('is busy', {}, [
    'alice -> b2bua INVITE',
    'b2bua -> bobby INVITE',
    'b2bua <- bobby 486',
    'alice <- b2bua 486',
    'cdr: busy by callee, bobby busy',
  ]);

  ladder('is declined', {}, [
    'alice -> b2bua INVITE',
    'b2bua -> bobby INVITE',
    'b2bua <- bobby 180',
    'alice <- b2bua 180',
    'b2bua <- bobby 603',
    'alice <- b2bua 603',
    'cdr: declined by callee, bobby declined',
  ]);

  ladder('finds a phone that does not answer at all', {}, [
    'alice -> b2bua INVITE',
    'b2bua -> bobby INVITE',
    'b2bua <- bobby 408',
    'alice <- b2bua 480',
    'cdr: unreachable by us, bobby unreachable',
  ]);

  ladder('rings in vain: no Reason that would hide the missed call', { seconds: 20 }, [
    'alice -> b2bua INVITE',
    'b2bua -> bobby INVITE',
    'b2bua <- bobby 180',
    'alice <- b2bua 180',
    '~ 20s',
    'b2bua -> bobby CANCEL',
    'alice <- b2bua 480',
    'cdr: no-answer by us, bobby no-answer',
    'b2bua <- bobby 487',
  ]);

  ladder('keeps the caller and its proxies waiting with a 180 each minute', { seconds: 150 }, [
    'alice -> b2bua INVITE',
    'b2bua -> bobby INVITE',
    'b2bua <- bobby 180',
    'alice <- b2bua 180',
    '~ 60s',
    'alice <- b2bua 180',
    '~ 60s',
    'alice <- b2bua 180',
    'b2bua <- bobby 200',
    'alice <- b2bua 200',
    '~ 200s',
    'alice -> b2bua BYE',
    'b2bua -> bobby BYE',
    'cdr: answered by caller, bobby answered',
  ]);

  ladder('to a number that nobody has', { unroutable: 'NO_SUCH_NUMBER' }, [
    'alice -> b2bua INVITE',
    'alice <- b2bua 404',
    'cdr: refused by us',
  ]);

  ladder('to a user without a registered phone', { rings: [[]] }, [
    'alice -> b2bua INVITE',
    'alice <- b2bua 480',
    'cdr: unreachable by us',
  ]);

  ladder('ends after the longest duration', {}, [
    'alice -> b2bua INVITE',
    'b2bua -> bobby INVITE',
    'b2bua <- bobby 200',
    'alice <- b2bua 200',
    '~ 14400s',
    'b2bua -> bobby BYE Maximum call duration reached',
    'alice <- b2bua BYE Maximum call duration reached',
    'cdr: answered by us, bobby answered',
  ]);

  ladder('ends when one side has fallen silent', {}, [
    'alice -> b2bua INVITE',
    'b2bua -> bobby INVITE',
    'b2bua <- bobby 200',
    'alice <- b2bua 200',
    'silence from the callee',
    'b2bua -> bobby BYE No media received',
    'alice <- b2bua BYE No media received',
    'cdr: answered by us, bobby answered',
  ]);
});

describe('a caller who gives up', () => {
  ladder('before anything rang', { byHand: true }, [
    'alice -> b2bua INVITE',
    'alice -> b2bua CANCEL',
    'cdr: cancelled by caller',
  ]);

  ladder('while the phone has not said anything', {}, [
    'alice -> b2bua INVITE',
    'b2bua -> bobby INVITE',
    'alice -> b2bua CANCEL',
    'b2bua -> bobby CANCEL',
    'cdr: cancelled by caller, bobby cancelled',
    'b2bua <- bobby 487',
  ]);

  ladder('while it rings', {}, [
    'alice -> b2bua INVITE',
    'b2bua -> bobby INVITE',
    'b2bua <- bobby 180',
    'alice <- b2bua 180',
    'alice -> b2bua CANCEL',
    'b2bua -> bobby CANCEL',
    'cdr: cancelled by caller, bobby cancelled',
    'b2bua <- bobby 487',
  ]);

  ladder('as the phone answers: what was answered is hung up, without the Reason of a fork', {}, [
    'alice -> b2bua INVITE',
    'b2bua -> bobby INVITE',
    'b2bua <- bobby 180',
    'alice <- b2bua 180',
    'alice -> b2bua CANCEL',
    'b2bua -> bobby CANCEL',
    'cdr: cancelled by caller, bobby cancelled',
    'b2bua <- bobby 200',
    'b2bua -> bobby BYE',
  ]);

  ladder('after the answer, while media is being connected', { byHand: true }, [
    'alice -> b2bua INVITE',
    'media opens',
    'b2bua -> bobby INVITE',
    'b2bua <- bobby 200',
    'alice -> b2bua CANCEL',
    'b2bua -> bobby BYE',
    'cdr: cancelled by caller, bobby answered',
  ]);

  ladder('never answers again: the call is not kept for ever', {}, [
    'alice -> b2bua INVITE',
    'b2bua -> bobby INVITE',
    'alice -> b2bua CANCEL',
    'b2bua -> bobby CANCEL',
    'cdr: cancelled by caller, bobby cancelled',
    '~ 40s',
  ]);
});

describe('a call to several phones', () => {
  const both = { rings: [['bobby', 'carol']] } as const;

  ladder('rings all, and the first to answer wins', both, [
    'alice -> b2bua INVITE',
    'b2bua -> bobby INVITE',
    'b2bua -> carol INVITE',
    'b2bua <- bobby 180',
    'alice <- b2bua 180',
    'b2bua <- carol 180',
    '~ 4s',
    'b2bua <- carol 200',
    'b2bua -> bobby CANCEL elsewhere',
    'alice <- b2bua 200',
    'b2bua <- bobby 487',
    'alice -> b2bua ACK',
    'alice -> b2bua BYE',
    'b2bua -> carol BYE',
    'cdr: answered by caller, bobby answered-elsewhere, carol answered',
  ]);

  ladder('hangs up on one that answers at the same moment, and says that it was answered elsewhere', both, [
    'alice -> b2bua INVITE',
    'b2bua -> bobby INVITE',
    'b2bua -> carol INVITE',
    'b2bua <- carol 200',
    'b2bua -> bobby CANCEL elsewhere',
    'alice <- b2bua 200',
    'b2bua <- bobby 200',
    'b2bua -> bobby BYE elsewhere',
    'b2bua <- carol BYE',
    'alice <- b2bua BYE',
    'cdr: answered by callee, bobby answered-elsewhere, carol answered',
  ]);

  ladder('does so also when the call is over already', both, [
    'alice -> b2bua INVITE',
    'b2bua -> bobby INVITE',
    'b2bua -> carol INVITE',
    'b2bua <- carol 200',
    'b2bua -> bobby CANCEL elsewhere',
    'alice <- b2bua 200',
    'alice -> b2bua BYE',
    'b2bua -> carol BYE',
    'cdr: answered by caller, bobby answered-elsewhere, carol answered',
    'b2bua <- bobby 200',
    'b2bua -> bobby BYE elsewhere',
  ]);

  ladder('goes on when one is busy, declines or cannot be reached', { rings: [['bobby', 'carol', 'davey']] }, [
    'alice -> b2bua INVITE',
    'b2bua -> bobby INVITE',
    'b2bua -> carol INVITE',
    'b2bua -> davey INVITE',
    'b2bua <- bobby 603',
    'b2bua <- carol 503',
    'b2bua <- davey 180',
    'alice <- b2bua 180',
    'b2bua <- davey 200',
    'alice <- b2bua 200',
    'alice -> b2bua BYE',
    'b2bua -> davey BYE',
    'cdr: answered by caller, bobby declined, carol unreachable, davey answered',
  ]);

  ladder('tells the caller busy rather than unreachable', both, [
    'alice -> b2bua INVITE',
    'b2bua -> bobby INVITE',
    'b2bua -> carol INVITE',
    'b2bua <- carol 503',
    'b2bua <- bobby 486',
    'alice <- b2bua 486',
    'cdr: busy by callee, bobby busy, carol unreachable',
  ]);

  ladder('rings the next step when the first does not answer', { rings: [['bobby'], [], ['carol']], seconds: 10 }, [
    'alice -> b2bua INVITE',
    'b2bua -> bobby INVITE',
    'b2bua <- bobby 180',
    'alice <- b2bua 180',
    '~ 10s',
    'b2bua -> bobby CANCEL',
    'b2bua -> carol INVITE',
    'b2bua <- bobby 487',
    'b2bua <- carol 180',
    'b2bua <- carol 200',
    'alice <- b2bua 200',
    'alice -> b2bua BYE',
    'b2bua -> carol BYE',
    'cdr: answered by caller, bobby no-answer, carol answered',
  ]);

  ladder('rings the next step at once when all of the first refuse', { rings: [['bobby'], ['carol']] }, [
    'alice -> b2bua INVITE',
    'b2bua -> bobby INVITE',
    'b2bua <- bobby 486',
    'b2bua -> carol INVITE',
    'b2bua <- carol 200',
    'alice <- b2bua 200',
    'alice -> b2bua BYE',
    'b2bua -> carol BYE',
    'cdr: answered by caller, bobby busy, carol answered',
  ]);
});

describe('a phone that answers, and whose sound cannot be connected', () => {
  const three = { rings: [['bobby', 'carol', 'davey']], byHand: true } as const;

  ladder('is hung up, and the others have gone on ringing', three, [
    'alice -> b2bua INVITE',
    'media opens',
    'b2bua -> bobby INVITE',
    'b2bua -> carol INVITE',
    'b2bua -> davey INVITE',
    'b2bua <- bobby 200',
    'b2bua <- davey 180',
    'alice <- b2bua 180',
    'media cannot connect BAD_SDP',
    'b2bua -> bobby BYE',
    '~ 5s',
    'b2bua <- carol 200',
    'media connects',
    'b2bua -> davey CANCEL elsewhere',
    'alice <- b2bua 200',
    '200 is out',
    'b2bua <- davey 487',
    'alice -> b2bua BYE',
    'b2bua -> carol BYE',
    'cdr: answered by caller, bobby failed, carol answered, davey answered-elsewhere',
  ]);

  ladder('is followed by one that answered a moment later', three, [
    'alice -> b2bua INVITE',
    'media opens',
    'b2bua -> bobby INVITE',
    'b2bua -> carol INVITE',
    'b2bua -> davey INVITE',
    'b2bua <- bobby 200',
    'b2bua <- carol 200',
    'b2bua <- davey 200',
    'media cannot connect NO_COMMON_CODEC',
    'b2bua -> bobby BYE',
    'media connects',
    'b2bua -> davey BYE elsewhere',
    'alice <- b2bua 200',
    '200 is out',
    'b2bua <- carol BYE',
    'alice <- b2bua BYE',
    'cdr: answered by callee, bobby failed, carol answered, davey answered-elsewhere',
  ]);

  ladder('as the ringing time runs out: nobody is left', three, [
    'alice -> b2bua INVITE',
    'media opens',
    'b2bua -> bobby INVITE',
    'b2bua -> carol INVITE',
    'b2bua -> davey INVITE',
    '~ 29s',
    'b2bua <- bobby 200',
    '~ 2s',
    'media cannot connect BAD_SDP',
    'b2bua -> bobby BYE',
    'b2bua -> carol CANCEL',
    'b2bua -> davey CANCEL',
    'alice <- b2bua 480',
    'cdr: no-answer by us, bobby failed, carol no-answer, davey no-answer',
    'b2bua <- carol 487',
    'b2bua <- davey 487',
  ]);
});

describe('media that cannot be had', () => {
  ladder('refuses the call before anybody rings', { byHand: true }, [
    'alice -> b2bua INVITE',
    'media fails NO_AUDIO',
    'alice <- b2bua 488',
    'cdr: refused by us',
  ]);

  ladder('refuses it with our own fault when ports are spent', { byHand: true }, [
    'alice -> b2bua INVITE',
    'media fails MEDIA_PORTS_SPENT',
    'alice <- b2bua 503',
    'cdr: failed by us',
  ]);

  ladder('hangs up on the phone that answered, and the caller never gets a 200', { byHand: true }, [
    'alice -> b2bua INVITE',
    'media opens',
    'b2bua -> bobby INVITE',
    'b2bua <- bobby 200',
    'media cannot connect NO_COMMON_CODEC',
    'b2bua -> bobby BYE',
    'alice <- b2bua 488',
    'cdr: failed by us, bobby failed',
  ]);

  ladder('ends a call that talks, on both sides', {}, [
    'alice -> b2bua INVITE',
    'b2bua -> bobby INVITE',
    'b2bua <- bobby 200',
    'alice <- b2bua 200',
    'media fails MEDIA_FAILED',
    'b2bua -> bobby BYE Temporary failure',
    'alice <- b2bua BYE Temporary failure',
    'cdr: answered by us, bobby answered',
  ]);
});

describe('messages that cross', () => {
  ladder('the callee hangs up while our 200 is on its way to the caller', { byHand: true }, [
    'alice -> b2bua INVITE',
    'media opens',
    'b2bua -> bobby INVITE',
    'b2bua <- bobby 200',
    'media connects',
    'alice <- b2bua 200',
    'b2bua <- bobby BYE',
    'cdr: failed by callee, bobby answered',
    '200 is out',
    'alice <- b2bua BYE',
  ]);

  ladder('the callee hangs up before our 200 was sent', { byHand: true }, [
    'alice -> b2bua INVITE',
    'media opens',
    'b2bua -> bobby INVITE',
    'b2bua <- bobby 200',
    'b2bua <- bobby BYE',
    'media connects',
    'alice <- b2bua 480',
    'cdr: failed by callee, bobby failed',
  ]);

  ladder('the exchange stops while a phone rings', {}, [
    'alice -> b2bua INVITE',
    'b2bua -> bobby INVITE',
    'b2bua <- bobby 180',
    'alice <- b2bua 180',
    'stop SHUTTING_DOWN',
    'b2bua -> bobby CANCEL',
    'alice <- b2bua 503',
    'cdr: failed by us, bobby failed',
    'b2bua <- bobby 487',
  ]);
});

describe('a call to the outside', () => {
  const outside = { rings: [['trunk']] } as const;

  ladder('gets the trunk’s own answer where it speaks of the number', outside, [
    'alice -> b2bua INVITE',
    'b2bua -> trunk INVITE',
    'b2bua <- trunk 404',
    'alice <- b2bua 404',
    'cdr: refused by callee, trunk unreachable',
  ]);

  ladder('gets 503 where the trunk speaks of our standing with it', outside, [
    'alice -> b2bua INVITE',
    'b2bua -> trunk INVITE',
    'b2bua <- trunk 403',
    'alice <- b2bua 503',
    'cdr: failed by us, trunk failed',
  ]);

  ladder('hears ringback by 180 also when the trunk says 183', outside, [
    'alice -> b2bua INVITE',
    'b2bua -> trunk INVITE',
    'b2bua <- trunk 183',
    'alice <- b2bua 180',
    'b2bua <- trunk 200',
    'alice <- b2bua 200',
    'b2bua <- trunk BYE',
    'alice <- b2bua BYE',
    'cdr: answered by callee, trunk answered',
  ]);
});
