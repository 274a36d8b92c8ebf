/** Something that our engine does on purpose in another way than drachtio-server. */
export interface Difference {
  /** When it shows. */
  readonly when: string;
  readonly ours: string;
  readonly drachtio: string;
  readonly why: string;
}

/**
 * Every difference on purpose; a case names it where it expects one thing of each server, and
 * docs/reference/engine-differences.md is written from here by `npm run docs:differences`.
 */
export const differences = {
  version: {
    when: 'The third field of the answer to `authenticate`.',
    ours: '`v0.9.10`, always.',
    drachtio: '`git describe` of its build; `1.0.0` without a git checkout, and then drachtio-srf never pings.',
    why: 'drachtio-srf pings a server of version v0.8.2 or later.',
  },
  unauthenticated: {
    when: 'An application sends anything but `authenticate` first.',
    ours: '`NO`, and the connection is closed.',
    drachtio: 'It is served as if it had authenticated.',
    why: 'Whoever reaches the port could send SIP without the secret.',
  },
  'remove-route': {
    when: 'An application takes back one verb by `remove_route`.',
    ours: 'That verb is taken back.',
    drachtio: 'All verbs of that application are taken back.',
    why: 'The frame names one verb.',
  },
  silence: {
    when: 'REFER, PRACK or a method that nobody knows comes outside a dialog.',
    ours: 'It is answered: 405 with Allow, 481, 501.',
    drachtio: 'It gets no answer at all.',
    why: 'A request without an answer is repeated for half a minute (RFC 3261 §8.2.1).',
  },
  'second-fork': {
    when: 'Another branch of a forked INVITE answers with 200 after the first.',
    ours: 'It gets its ACK, and a BYE.',
    drachtio: 'Nothing; that branch thinks that it has a call.',
    why: 'RFC 3261 §13.2.2.4: every 2xx is acknowledged, and what is not wanted is ended.',
  },
  'late-cancel': {
    when: 'A CANCEL comes after our 200 and before its ACK.',
    ours: '481; the application learns at once that the call is over ("CANCEL after 200 OK"), and the BYE goes once the ACK is there.',
    drachtio: '481, and nothing else. Only a CANCEL with our To tag, which RFC 3261 §9.1 forbids, ends the call.',
    why: 'A caller who gave up must not be left in a call; who was called sends no BYE before the ACK (RFC 3261 §15).',
  },
  'answer-timers': {
    when: 'A 200 to INVITE gets no ACK.',
    ours: 'It is repeated by the configured T1 and T2, and given up after 64 T1.',
    drachtio: 'It is repeated after 0.5, 1, 2, 4 s, and given up after 32 s, whatever the configured timers say.',
    why: 'One set of timers for everything.',
  },
  'cancel-race-reason': {
    when: 'Somebody answers as the application cancels.',
    ours: 'The BYE carries the Reason of that CANCEL, or none.',
    drachtio: 'The BYE carries `Reason: SIP;cause=200;text="ACK-BYE due to cancel race condition"`.',
    why: 'A telephone takes cause 200 for "answered elsewhere", and hides a missed call. The application reads the same text on both.',
  },
  'bye-grace': {
    when: 'A BYE comes right behind the answer to the INVITE.',
    ours: 'The application gets it `byeGrace` (100 ms) after it learnt that the call is up.',
    drachtio: 'The application gets it at once, often in one read with the echo that makes the dialog.',
    why: 'drachtio-srf handles a whole read before `await createUAS()` goes on: without a handler for `destroy` the end is lost, and the other leg stays up.',
  },
  'answer-after-ringing': {
    when: 'A re-INVITE (or another request in a dialog) of the application gets a provisional answer before its final one.',
    ours: 'The final answer reaches the application.',
    drachtio: 'The final answer is lost, and the re-INVITE never completes.',
    why: 'Nobody can want it (drachtio-server issue 151).',
  },
  glare: {
    when: 'A re-INVITE of the peer comes while our own is unanswered.',
    ours: '491.',
    drachtio: 'It is handed to the application.',
    why: 'RFC 3261 §14.2.',
  },
  'early-update': {
    when: 'An UPDATE comes before the INVITE is answered, after a provisional answer that is not reliable.',
    ours: 'It has a transaction id of its own.',
    drachtio: 'It has the id of the INVITE, and the answers are told apart by their CSeq.',
    why: 'An id for two requests sends an answer without CSeq to the wrong one. drachtio-srf works with both.',
  },
  'last-notify': {
    when: 'A NOTIFY ends a subscription of the application (`Subscription-State: terminated`).',
    ours: 'The answer of the application goes to the peer.',
    drachtio: 'The dialog goes first, and the peer gets 500.',
    why: 'The NOTIFY was well received.',
  },
  'routes-twice': {
    when: 'An application asks for a verb again; drachtio-srf asks for all of them each time one is added.',
    ours: 'It counts once.',
    drachtio: 'Each time is one more share of the requests.',
    why: 'How often a handler was added says nothing of what an application can carry.',
  },
  vanished: {
    when: 'An application goes away.',
    ours: 'Its unanswered requests get 503 at once, and its calls a BYE.',
    drachtio: 'Nothing is sent; calls stay up until somebody hangs up (and gets 481) or a session timer fires.',
    why: 'Nobody can carry on the calls of a process that is gone; nor one that comes back, as drachtio-srf binds a dialog to the socket that it began on.',
  },
  'moved-target': {
    when: 'A re-INVITE or UPDATE of the caller carries another Contact, or the 2xx to one of ours.',
    ours: 'Requests go to it from then on.',
    drachtio: 'The first Contact is kept.',
    why: 'RFC 3261 §12.2.1.2, RFC 3311 §5.1.',
  },
  'max-forwards': {
    when: 'A request comes with Max-Forwards 0.',
    ours: '483.',
    drachtio: 'It is handed to an application.',
    why: 'RFC 3261 §16.3: most applications are one hop of several, and a loop must end.',
  },
  merged: {
    when: 'A request comes a second time by another way, with another branch.',
    ours: '482.',
    drachtio: 'It is handed to an application as another request.',
    why: 'RFC 3261 §8.2.2.2.',
  },
  'cseq-order': {
    when: 'A request in a dialog has a lower CSeq than one before.',
    ours: '500.',
    drachtio: 'It is handed to the application.',
    why: 'RFC 3261 §12.2.2.',
  },
  'repeated-183': {
    when: 'A reliable provisional answer is repeated by the peer.',
    ours: 'The application gets it once.',
    drachtio: 'The application gets each, and drachtio-srf sends a PRACK for each.',
    why: 'RFC 3262 §4.',
  },
  'wrong-prack': {
    when: 'A PRACK confirms a provisional answer that was never sent.',
    ours: '481.',
    drachtio: 'Its process ends.',
    why: 'RFC 3262 §3; one peer must not end the calls of all.',
  },
  'direction-status': {
    when: 'A request handler answers with an HTTP status other than 200, and a direction in the body.',
    ours: '500, whatever the body says.',
    drachtio: 'The body is followed.',
    why: 'What a web server says with its 403 or 502 is no direction.',
  },
  'direction-nowhere': {
    when: 'The direction of a request handler is to connect to what is no address.',
    ours: '500.',
    drachtio: 'The request gets no final answer.',
    why: 'A request without an answer is repeated for half a minute (RFC 3261 §8.2.1).',
  },
  'equal-refusals': {
    when: 'Two destinations of a proxied INVITE refuse with statuses of the same class, as 404 and 486.',
    ours: 'The caller gets the first.',
    drachtio: 'The caller gets the last.',
    why: 'RFC 3261 §16.7 leaves it open; the destination that the application named first is the one that was meant.',
  },
  'proxied-503': {
    when: 'The only destination of a proxied INVITE answers 503.',
    ours: 'The caller gets 500.',
    drachtio: 'The caller gets that 503.',
    why: 'RFC 3261 §16.7 step 6: a 503 would say that we are overloaded, and the caller would turn away from us for everything.',
  },
  'fork-challenges': {
    when: 'Several destinations of a fork answer 401 or 407.',
    ours: 'The caller gets all their challenges in one answer, when all have answered.',
    drachtio: 'The caller gets the first at once, alone.',
    why: 'RFC 3261 §16.7 step 7: with one of them the caller could satisfy one destination only.',
  },
  sixes: {
    when: 'A destination of a proxied INVITE answers with a 6xx.',
    ours: 'Nobody else is tried, and who rings is cancelled; the caller gets the 6xx when they are done.',
    drachtio: 'The others are tried, and ring on.',
    why: 'RFC 3261 §16.7 step 5: a 6xx speaks for the user, wherever else a telephone may ring.',
  },
  'proxied-487': {
    when: 'The caller of a proxied INVITE that rings gives up.',
    ours: "The caller's 487 is that of who was called, when it comes.",
    drachtio: "The caller gets a 487 of the server's own at once.",
    why: 'Who was called may answer at the same moment, and that answer then counts (RFC 3261 §16.10). Where nobody had spoken both answer at once.',
  },
  'final-timeout': {
    when: '`proxyRequest` has a `finalTimeout`, and a destination only rings for so long.',
    ours: 'It is cancelled, and the caller gets 408.',
    drachtio: 'It rings on.',
    why: 'drachtio-srf documents the option.',
  },
  loop: {
    when: 'A proxied INVITE comes back to us.',
    ours: '482.',
    drachtio: 'It is handed to an application again, until Max-Forwards is used up.',
    why: 'RFC 3261 §16.3 step 4.',
  },
  'proxied-to-itself': {
    when: 'The destination of `proxyRequest` is the server itself.',
    ours: '500 at once.',
    drachtio: 'The server sends itself the request until Max-Forwards is used up, then 483.',
    why: 'It is a loop.',
  },
  'proxy-require': {
    when: 'A request that is to be proxied carries Proxy-Require.',
    ours: '420 with Unsupported.',
    drachtio: 'It is passed on.',
    why: 'RFC 3261 §16.3 step 5.',
  },
  'proxied-repetitions': {
    when: 'A request in a proxied dialog is repeated.',
    ours: 'The repetition ends here, and gets the same answer; only ACK is passed on each time.',
    drachtio: 'Each repetition is passed on.',
    why: 'What is lost behind us is repeated by ourselves.',
  },
  'open-relay': {
    when: 'A stranger sends a request with a Route that names the server, and a To tag.',
    ours: '481, unless the Route carries the seal of the Record-Route of that call.',
    drachtio: 'It is passed on to wherever its URI says.',
    why: 'Who only writes a Route must not be able to send through us.',
  },
  'double-record-route': {
    when: 'The two sides of a proxied dialog meet the server at different sockets, as TCP and UDP.',
    ours: 'Two Record-Route, one for each side.',
    drachtio: 'One, of the side of who was called.',
    why: 'RFC 5658: the other side could not come back by it.',
  },
  'near-peers': {
    when: 'A server that has an external address talks to a peer on the same machine, or in one of its local networks.',
    ours: 'The peer sees the local address in Via, From, Contact and Record-Route.',
    drachtio: 'The peer sees the external address; local networks only decide which socket is used.',
    why: 'Who is inside cannot always reach the address outside.',
  },
  unreadable: {
    when: 'A request has stray separators in its Via and Contact, blanks inside its request-URI, or another version of SIP.',
    ours: '400, 400 and 505.',
    drachtio: 'No answer.',
    why: 'RFC 4475 §3.1.2.1, §3.1.2.8 and §3.1.2.16 want these answers.',
  },
  forgiven: {
    when: 'A request has blanks inside an addr-spec, blanks too many in its first line, or header fields in its request-URI.',
    ours: '400.',
    drachtio:
      'It is handed to an application; with several blanks between the parts of the first line drachtio-srf cannot read it, and nobody answers.',
    why: 'RFC 4475 §3.1.2.9, §3.1.2.10, §3.1.2.11 and §3.1.2.14: these are not valid, and 400 says so.',
  },
  'unused-fields': {
    when: 'A request has a Date in another zone than GMT.',
    ours: 'It is handed to an application.',
    drachtio: '400.',
    why: 'RFC 4475 §3.1.2.12 lets an element that has no use for Date pass over it.',
  },
  'via-transport': {
    when: 'A request comes by UDP, and its Via says TCP or TLS.',
    ours: 'The answer goes back to where the request came from.',
    drachtio: 'The peer gets no answer.',
    why: 'The answer of who heard it is worth more than what the header says.',
  },
  'session-require': {
    when: 'A 200 leaves the refreshes of a session to the caller.',
    ours: 'It carries `Require: timer`.',
    drachtio: 'It carries no Require.',
    why: 'RFC 4028 §9.',
  },
  'session-in-reinvite': {
    when: 'A re-INVITE of the peer asks for a session timer, and the application says nothing of one.',
    ours: 'The 200 says what is agreed.',
    drachtio: 'The 200 says nothing.',
    why: 'RFC 4028 §9: a 2xx without Session-Expires ends the session timer.',
  },
  'session-refresher': {
    when: 'The Session-Expires of the application names no refresher.',
    ours: 'The 200 names one: the caller where it supports `timer`, else the server.',
    drachtio: 'It stands in the 200 as it is.',
    why: 'RFC 4028 §9: the refresher in a 2xx is not left open.',
  },
  received: {
    when: 'A request comes from the address that its Via names.',
    ours: 'Via gets `received` all the same.',
    drachtio: 'Via gets `received` only where the address is another.',
    why: 'RFC 3581 §4.',
  },
  'early-info': {
    when: 'An application sends an INFO in the dialog of a provisional answer that is not reliable.',
    ours: 'It is sent.',
    drachtio: '`NOK`: there is no such dialog for it.',
    why: 'RFC 3261 §12.1: such an answer makes a dialog (drachtio-server issue 316).',
  },
  'early-bye': {
    when: 'An application sends a BYE before the ACK of its 200 is there.',
    ours: 'The BYE goes when the ACK has come.',
    drachtio: 'The BYE goes at once.',
    why: 'RFC 3261 §15: who was called sends no BYE before the ACK.',
  },
  multipart: {
    when: 'A request has a body of several parts, as the MESSAGE of RFC 4475 §3.1.1.11.',
    ours: 'It is handed to an application.',
    drachtio: '400.',
    why: 'The request is valid, and what is in its body is the business of the application.',
  },
} as const satisfies Readonly<Record<string, Difference>>;

export type DifferenceId = keyof typeof differences;
