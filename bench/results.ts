/** What bench/RESULTS.md says beside its table. */
export function resultsPage(date: string, machine: string, table: string): string {
  return `# Results

Written by \`npm run bench -- --write\`. Measured on ${date}: ${machine}.

${table}

## How to read it

- **calls/s** is the highest step at which, for several seconds, no call failed and no message was sent twice, by SIPp or
  by us. SIPp is a carrier that calls a company number; its plan rings one registered desk phone, SIPp again, which rings and
  answers at once; after a second the carrier hangs up. So a call is the whole of it: routing, store in a file, media,
  call record. \`relay\` opens, bridges and closes the ports of every call, but no sound passes; \`bypass\` opens none.
  The rate doubles until something fails; then the gap is halved, down to 50 calls/s, or 100 above 400.
- **ms per call** is processor time, of all that ran in that thread divided by the calls; SIPp's is of both ends. On a machine
  with few cores everything shares them, so that time, and not the rate, is what to compare between machines that differ. It
  falls as the rate rises, for the compiler has done its work then.
- **the bare B2BUA** is a dozen lines of drachtio-srf on our own engine: every call is sent on to one address. What the
  whole call costs more than that is what the exchange does for it.
- **INVITE in until INVITE out** is read off the wire, at the carrier's and at the phone's socket.
- **memory** is resident memory of the whole process after garbage collection; bindings live in SQLite.
- Rows that were not measured say what to set.

## Routing

Measured by hand with \`npm run bench:routing\` on 2026-11-22, on 2 cores with a load of 10, in a company of 5,000 users
and 500 plans. A p99 on so busy a machine says little; it is to be measured again on a quiet one.

| a decision, p50 / p99 in ms | nothing written | after a setting was saved | saved by another process |
|---|---|---|---|
| extension | 0.06 / 12.8 | 0.10 / 4.3 | 0.43 / 4.4 |
| plan that rings 20 users | 0.33 / 33.4 | 0.34 / 3.4 | 1.98 / 22.7 |
| plan with ten diversions, one on | 0.35 / 6.4 | 0.32 / 4.7 | 2.16 / 20.0 |
| call to the outside | 0.05 / 0.2 | 0.08 / 0.2 | 0.14 / 4.7 |
| before, at a load of 3: plan that rings 20 users | 0.55 / 5.5 | 0.94 / 6.0 | not measured |

## For orientation

Measured earlier on this kind of machine, not in this run:

| what | result |
|---|---|
| drachtio-server with a bare B2BUA on drachtio-srf, no media | 900 to 1,200 calls/s |
| FreeSWITCH alone as a B2BUA, media anchored | 120 calls/s |
| rtpengine in user space | 650 streams on a core |

The goal: a whole call of ours at more than twice FreeSWITCH's rate, 240 calls/s; and a relay level with rtpengine.
`;
}
