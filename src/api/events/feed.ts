import type { LoginSession } from '../../directory/account.ts';
import type { UserId } from '../../directory/types.ts';
import type { DirectoryObjects } from '../../store/port.ts';

export interface Became<Value> {
  readonly id: string;
  /** Undefined: it is new. */
  readonly before: Value | undefined;
  /** Undefined: it is gone. */
  readonly now: Value | undefined;
}

/** An object of the directory has become another. */
export type ObjectChange = {
  readonly [Kind in keyof DirectoryObjects]: { readonly kind: Kind } & Became<DirectoryObjects[Kind]>;
}[keyof DirectoryObjects];

export type Change =
  | ObjectChange
  /** Somebody is no longer signed in: with this session; undefined: with any. */
  | { readonly kind: 'signed-out'; readonly user: UserId; readonly session: LoginSession['id'] | undefined };

/** Tells whoever listens what has changed, after it has. Between processes it would be a bus; in one it is a list. */
export interface ChangeFeed {
  publish(change: Change): void;
  /** @returns what ends it; safe to call twice */
  subscribe(listen: (change: Change) => void): () => void;
}

/** @param onError told when a listener threw: the others are told all the same */
export function memoryFeed(onError: (thrown: unknown) => void): ChangeFeed {
  const listeners = new Set<{ readonly tell: (change: Change) => void }>();
  return {
    publish(change) {
      for (const { tell } of [...listeners]) {
        try {
          tell(change);
        } catch (thrown) {
          onError(thrown);
        }
      }
    },
    subscribe(tell) {
      const listener = { tell };
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
