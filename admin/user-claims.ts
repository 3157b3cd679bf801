import type { AccountSource } from './accounts.ts';
import type { OAuthClients } from './oauth-clients.ts';

/** For whom an access token is issued; `accountId` is the login of a user, absent when the client acts for itself. */
export interface TokenHolder {
  readonly accountId?: string;
  readonly clientId?: string | undefined;
}

/** Names that a user's claims may not take: they say what the token is (RFC 7519 §4.1, RFC 9068 §2.2, RFC 8693 §4). */
const RESERVED = new Set(
  'iss sub aud exp nbf iat jti client_id azp scope cnf env act may_act auth_time sid authorization_details'.split(' '),
);

/** The claims of the user that the client's grants need, as far as the user has them. */
export function userClaims(
  { accountId, clientId }: TokenHolder,
  clients: OAuthClients,
  accounts: AccountSource,
): Record<string, unknown> {
  const account = accountId === undefined ? undefined : accounts.find(accountId);
  const wanted = clientId === undefined ? undefined : clients.find(clientId)?.claims;
  const claims: Record<string, unknown> = {};
  for (const name of wanted ?? []) {
    if (account !== undefined && !RESERVED.has(name) && Object.hasOwn(account.claims, name)) {
      claims[name] = account.claims[name];
    }
  }
  return claims;
}
