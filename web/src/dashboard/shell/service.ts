// A page that stays open for days: where the server's schema changes under it, it offers to load itself anew.
import type { Socket } from '../client/socket';
import { useEffect } from 'react';
import { follow } from '../client/follow';
import { ServiceUpdatesDocument } from '../generated/graphql';
import { words } from '../i18n/language';
import { notify } from './notices';

export function useServiceUpdates(socket: Socket | null): void {
  useEffect(() => {
    if (!socket) return undefined;
    let first: string | null = null;
    return follow(socket, {
      document: ServiceUpdatesDocument,
      variables: {},
      next({ service }) {
        first ??= service.schemaHash;
        if (service.schemaHash === first) return undefined;
        first = service.schemaHash;
        const { update, reload } = words().notices;
        notify({ tone: 'plain', text: update, action: { label: reload, run: () => location.reload() } });
        return undefined;
      },
    });
  }, [socket]);
}
