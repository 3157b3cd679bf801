import type { RpcRequest } from '../wire/rpc-request.ts';
import type { OdooObject, OdooValue } from '../wire/value.ts';
import { odooObject } from '../wire/value.ts';
import type { ApiClient } from './api-keys.ts';

const ABOUT = 'See http://openerp.com';

/** What a server of a major version says of itself, in the form that was asked for; recorded of Odoo 16 to 19. */
export function versionAnswer(form: Extract<RpcRequest, { kind: 'version' }>['form'], major: number): OdooValue {
  const version = `${major}.0`;
  switch (form) {
    case 'about':
      return ABOUT;
    case 'about-extended':
      return [ABOUT, version];
    case 'db':
      return version;
    case 'web':
      return odooObject([
        ['version_info', versionInfo(major)],
        ['version', version],
      ]);
    default:
      return odooObject([
        ['server_version', version],
        ['server_version_info', versionInfo(major)],
        ['server_serie', version],
        ['protocol_version', 1],
      ]);
  }
}

function versionInfo(major: number): OdooValue {
  return [major, 0, 0, 'final', 0, ''];
}

/** What `context_get` says of a user: nothing of the bot behind it. */
export function userContext(uid: number): OdooObject {
  return odooObject([
    ['lang', 'en_US'],
    ['tz', 'UTC'],
    ['uid', uid],
  ]);
}

/** The members of Odoo's session information that clients read, all of them the gateway's own. */
export function sessionInfo({ id, uid }: Pick<ApiClient, 'id' | 'uid'>, database: string, major: number): OdooObject {
  return odooObject([
    ['uid', uid],
    ['is_system', false],
    ['is_admin', false],
    ['is_public', false],
    ['is_internal_user', true],
    ['user_context', userContext(uid)],
    ['db', database],
    ['server_version', `${major}.0`],
    ['server_version_info', versionInfo(major)],
    ['name', id],
    ['username', id],
    ['partner_display_name', id],
    ['partner_id', false],
  ]);
}
