import { isObject } from './call.ts';
import type { StandInUser } from './dispatch.ts';
import { answerJsonRoute, EarlyError, missingArguments } from './json-route.ts';
import { accessDenied, accessError, OdooError, typeError } from './odoo-error.ts';
import type { Reply } from './reply.ts';
import { execute, userOf, versionInfo } from './services.ts';
import type { Request, Site } from './site.ts';

type Answer = { readonly result: unknown; readonly headers?: Record<string, string> };

/** The routes of the web client that integrations call, with a session in a cookie. Undefined: there is no such route. */
export function answerSessionRoute(site: Site, request: Request): Reply | undefined {
  const run = routeOf(site, request);
  return run === undefined ? undefined : answerJsonRoute(site, request, run);
}

function routeOf(site: Site, request: Request): ((params: Readonly<Record<string, unknown>>) => Answer) | undefined {
  const { path } = request;
  if (path === '/web/webclient/version_info') return () => ({ result: versionInfo(site.db.version) });
  if (path === '/web/database/list') return () => ({ result: [site.database] });
  if (path === '/web/session/authenticate') return (params) => authenticate(site, params);
  if (path === '/web/session/get_session_info')
    return () => ({ result: sessionInfo(site, userOfCookie(site, request)) });
  if (path === '/web/session/destroy') {
    return () => {
      site.sessions.delete(tokenOf(request));
      return { result: undefined };
    };
  }
  if (path === '/web/dataset/search_read' && site.db.version === 16) {
    return () => {
      throw typeError("object of type 'NoneType' has no len()");
    };
  }
  if (/^\/web\/dataset\/call_(kw|button)(\/|$)/.test(path)) {
    return (params) => ({ result: callKw(site, request, params, path.startsWith('/web/dataset/call_button')) });
  }
  return undefined;
}

function authenticate(site: Site, params: Readonly<Record<string, unknown>>): Answer {
  if (params.db !== site.database) throw accessError('Database not found.');
  const user = userOf({ ...site, users: site.users.map(withoutKeys) }, params.login, params.password);
  const own = site.users.find(({ uid }) => uid === user?.uid);
  if (own === undefined) throw accessDenied();
  const token = `session-${site.sessions.size + 1}-of-${own.login}`.padEnd(84, '0');
  site.sessions.set(token, own);
  return { result: sessionInfo(site, own), headers: { 'set-cookie': `session_id=${token}; HttpOnly; Path=/` } };
}

/** API keys do not open a session. */
const withoutKeys = (user: StandInUser): StandInUser => ({ ...user, apiKeys: [] });

function tokenOf(request: Request): string {
  return /(?:^|;\s*)session_id=([^;]*)/.exec(request.headers.cookie ?? '')?.[1] ?? '';
}

function userOfCookie(site: Site, request: Request): StandInUser {
  const user = site.sessions.get(tokenOf(request));
  if (user === undefined) throw new EarlyError('odoo.http.SessionExpiredException', 'Session expired', 403);
  return user;
}

/** The members of the session's description that integrations read. */
function sessionInfo(site: Site, user: StandInUser): Record<string, unknown> {
  return {
    uid: user.uid,
    is_system: user.uid === 2,
    is_admin: user.uid === 2,
    user_context: { lang: 'en_US', tz: 'Europe/Brussels', uid: user.uid },
    db: site.database,
    server_version: `${site.db.version}.0`,
    server_version_info: [site.db.version, 0, 0, 'final', 0, ''],
    name: user.login,
    username: user.login,
    partner_display_name: user.login,
    partner_id: 3,
    'web.base.url': 'http://erp-web-1.internal:8069',
    user_companies: {
      current_company: 1,
      allowed_companies: { '1': { id: 1, name: 'My Company', sequence: 0 } },
    },
  };
}

function callKw(site: Site, request: Request, params: Readonly<Record<string, unknown>>, button: boolean): unknown {
  const user = userOfCookie(site, request);
  const early = site.db.version >= 18;
  const missing = ['model', 'method', 'args', 'kwargs'].filter((name) => !Object.hasOwn(params, name));
  if (missing.length > 0) {
    throw early
      ? new EarlyError('builtins.KeyError', missing[0] ?? '', 500)
      : missingArguments('DataSet.call_kw', missing);
  }
  const model = String(params.model);
  if (site.db.table(model) === undefined) {
    const text = '404 Not Found: The requested URL was not found on the server.';
    throw early
      ? new EarlyError('werkzeug.exceptions.NotFound', text, 404)
      : new OdooError('builtins.KeyError', model, 500);
  }
  const args = Array.isArray(params.args) ? params.args : [];
  const result = execute(
    site,
    'session',
    user,
    model,
    String(params.method),
    args,
    isObject(params.kwargs) ? params.kwargs : {},
  );
  // A button answers with the action to go on with, or with nothing.
  return button && !isObject(result) ? false : result;
}
