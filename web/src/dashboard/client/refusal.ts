// Why something was not done, in the reader's language: what the server refused, or why it could not be asked.
import { CombinedGraphQLErrors, ServerError } from '@apollo/client/errors';
import type { UserErrorDetailsFragment } from '../generated/graphql';
import { words } from '../i18n/language';

export function refusal({ code, message }: Pick<UserErrorDetailsFragment, 'code' | 'message'>): string {
  const known = words().refusal as Partial<Record<string, string>>;
  return known[code] ?? message;
}

export function failure(error: unknown): string {
  const { unreachable, failed } = words().refusal;
  if (CombinedGraphQLErrors.is(error)) return failed;
  if (ServerError.is(error)) return failed;
  return unreachable;
}
