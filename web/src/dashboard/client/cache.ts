// What the cache knows about Plaza's types: which are rows of their own and which are parts of one.
import { InMemoryCache } from '@apollo/client/cache';

export const createCache = () =>
  new InMemoryCache({
    possibleTypes: {
      ConversationChange: ['MessageSent', 'MessageChanged', 'MessageChunk', 'ReadMoved', 'TypingChanged', 'ParticipantsChanged'],
    },
    typePolicies: {
      // Lines belong to their order: they come and go with it, and an order that has left the board leaves nothing behind.
      OrderItem: { keyFields: false },
      OrderEvent: { keyFields: false },
      Viewer: { keyFields: [], merge: true },
      // Positions are sent as a whole list.
      Conversation: { fields: { participants: { merge: false } } },
      Participant: { keyFields: false },
      Presence: { keyFields: false },
      Admin: { keyFields: [], merge: true },
      Setting: { keyFields: ['key'] },
    },
  });
