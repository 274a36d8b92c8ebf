import { b2bua } from './cases/b2bua.ts';
import { cancelling } from './cases/cancelling.ts';
import { controlPort } from './cases/control.ts';
import { incomingCalls } from './cases/incoming-calls.ts';
import { outgoingCalls } from './cases/outgoing-calls.ts';
import { outsideDialogs } from './cases/outside-dialogs.ts';
import { refusalsOfFrames } from './cases/refusals-of-frames.ts';
import { drachtioServer, howToGiveOne } from './subject/drachtio-server.ts';
import { embedded } from './subject/embedded.ts';
import { playOn, type Suite } from './suite.ts';

const suites: readonly Suite[] = [
  controlPort,
  refusalsOfFrames,
  outsideDialogs,
  incomingCalls,
  outgoingCalls,
  cancelling,
  b2bua,
];

playOn(embedded, suites);
const server = drachtioServer();
if (server === undefined) describe('conformance of drachtio-server', () => it(howToGiveOne));
else playOn(server, suites);
