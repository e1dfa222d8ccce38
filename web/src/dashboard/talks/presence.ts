// Whether people of the conversations in sight are here. Their cards show it, by way of the cache.
import type { Socket } from '../client/socket';
import { useEffect } from 'react';
import { cache } from '../client/apollo';
import { follow } from '../client/follow';
import { TalkPresenceDocument } from '../generated/graphql';

/** As many as the server follows for one */
const MOST = 200;

export function usePresence(socket: Socket, userIds: readonly string[]): void {
  const key = [...new Set(userIds)].sort().slice(0, MOST).join(' ');
  useEffect(() => {
    if (!key) return undefined;
    return follow(socket, {
      document: TalkPresenceDocument,
      variables: { userIds: key.split(' ') },
      next({ presenceUpdates: { user } }) {
        cache.modify({ id: `User:${user.id}`, fields: { presence: () => user.presence } });
        return undefined;
      },
    });
  }, [socket, key]);
}
