import type { VerifiedToken } from '../gateway/identity/check-claims.ts';
import type { RevocationList } from '../gateway/identity/revocations.ts';
import type { TokenVerifier } from '../gateway/identity/token-verifier.ts';

/** Introspection (RFC 7662) and revocation (RFC 7009) of JWT access tokens, which the authorization server does not keep. */
export interface StructuredTokens {
  /** For the client that asks; a token of somebody else is as good as none. */
  introspect(token: string, clientId: string, now: number): Promise<Readonly<Record<string, unknown>>>;
  /** `invalid`: nothing needs to be done. `foreign`: of another client. `not-shared`: other gateways do not know yet. */
  revoke(token: string, clientId: string, now: number): Promise<'revoked' | 'invalid' | 'foreign' | 'not-shared'>;
}

export interface StructuredTokensOptions {
  readonly verifier: TokenVerifier;
  readonly revocations: RevocationList;
}

export function structuredTokens({ verifier, revocations }: StructuredTokensOptions): StructuredTokens {
  async function verified(token: string, now: number): Promise<VerifiedToken | undefined> {
    const result = await verifier.verify(token, now);
    return 'fault' in result || result.issuer !== '' ? undefined : result;
  }
  return {
    async introspect(token, clientId, now) {
      const found = await verified(token, now);
      if (found === undefined || found.clientId !== clientId) return { active: false };
      if (revocations.check(found) !== 'clear') return { active: false };
      return { active: true, token_type: found.keyThumbprint === undefined ? 'Bearer' : 'DPoP', ...found.claims };
    },
    async revoke(token, clientId, now) {
      const found = await verified(token, now);
      if (found === undefined) return 'invalid';
      if (found.clientId !== clientId) return 'foreign';
      try {
        await revocations.revokeToken(found, now);
        return 'revoked';
      } catch {
        return 'not-shared';
      }
    },
  };
}
