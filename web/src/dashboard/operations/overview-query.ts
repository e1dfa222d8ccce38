// What an administrator looks at first, read anew every five seconds while it is looked at.
import { useQuery } from '@apollo/client/react';
import { AdminOverviewDocument, type AdminOverviewQuery } from '../generated/graphql';

export type Admin = NonNullable<AdminOverviewQuery['admin']>;

const EVERY = 5_000;

export function useOverview(): Admin | null {
  const { data } = useQuery(AdminOverviewDocument, {
    variables: { operations: 50 },
    fetchPolicy: 'cache-and-network',
    pollInterval: EVERY,
    skipPollAttempt: () => document.visibilityState !== 'visible',
  });
  return data?.admin ?? null;
}
