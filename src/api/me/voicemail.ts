import type { Readable } from 'node:stream';
import { Type } from 'typebox';
import { Fault } from '../../faults/fault.ts';
import type { Api } from '../http/app.ts';
import { signedIn } from '../http/asking.ts';
import type { ApiParts } from '../parts.ts';
import { notFound } from '../rules/editing.ts';
import { instant } from '../rules/instant.ts';
import { voicemailMessage } from '../schema/me.ts';
import { answers, problemAnswer, silent } from '../schema/problem.ts';
import { closed, plain, ref } from '../schema/wire.ts';

const tags = ['me'];
const config = { access: 'user' } as const;
const params = Type.Object({ message: Type.String({ maxLength: 100 }) }, closed);
const most = 200;

/** What callers said to the box of whoever asks. */
export function voicemailRoutes(api: Api, { store, openVoicemail, removeVoicemail }: ApiParts): void {
  api.get(
    '/v1/me/voicemail',
    {
      config,
      schema: {
        ...{ tags, summary: 'My messages', description: 'The latest first, 200 at most.' },
        response: answers(plain(Type.Object({ items: Type.Array(ref(voicemailMessage)) }, closed))),
      },
    },
    async (request) => {
      const messages = await store.voicemail.of(signedIn(request).user.id, most);
      const items = messages.map(({ id, from, fromName, at, milliseconds }) => ({
        ...{ id, from, fromName, at: instant(at), seconds: milliseconds / 1000 },
      }));
      return { items };
    },
  );

  api.get(
    '/v1/me/voicemail/:message/audio',
    {
      config,
      schema: {
        ...{ tags, summary: 'The sound of a message', produces: ['audio/wav'] },
        params,
        response: {
          200: {
            description: 'A WAV file: 8,000 Hz, mono.',
            content: {
              'audio/wav': { schema: Type.Unsafe<Readable>({ type: 'string', contentMediaType: 'audio/wav' }) },
            },
          },
          ...problemAnswer,
        },
      },
    },
    async (request, reply) => {
      const message = await store.voicemail.get(request.params.message);
      if (message?.user !== signedIn(request).user.id) throw notFound('message');
      const sound = await openVoicemail(message.file);
      if (sound === undefined) throw new Fault('NOT_FOUND', 'the sound of this message is gone: nothing can be done');
      return reply.type('audio/wav').send(sound);
    },
  );

  api.delete(
    '/v1/me/voicemail/:message',
    {
      config,
      schema: {
        ...{ tags, summary: 'Remove a message', description: 'With its sound, and for good.' },
        ...{ params, response: silent },
      },
    },
    async (request, reply) => {
      const message = await store.voicemail.get(request.params.message);
      if (message?.user !== signedIn(request).user.id) throw notFound('message');
      // In this order: should it stop between the two, the message can be removed again.
      await removeVoicemail(message.file);
      await store.voicemail.remove(message.id);
      return reply.code(204).send(null);
    },
  );
}
