import { suggestion } from '../../catalog/nearest-name.ts';
import { quoted } from '../../catalog/quoted.ts';
import type { Snapshot } from '../../gateway/plan.ts';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'QUERY'];
/** Paths or names that a hint lists. */
const MOST_LISTED = 12;

/** Why a method and path lead to no operation, for who asks about them; a caller at the gateway is told nothing of it. */
export function routeHint(snapshot: Snapshot, target: string): string {
  const path = target.split('?')[0] ?? '';
  const bases = snapshot.versions.map(({ basePath }) => basePath);
  const [, name = '', major = ''] = path.split('/');
  if (!path.startsWith('/')) return `a path begins with a slash: ${bases[0] ?? '/INTERFACE/vMAJOR'}/…`;
  const names = [...new Set(snapshot.versions.map((version) => version.interface.metadata.name))];
  if (!names.includes(name)) {
    const known = suggestion(name, names) || `; there are ${listed(names)}`;
    return `no interface ${quoted(name)} is served in ${snapshot.environment}${known}`;
  }
  const base = `/${name}/${major}`;
  if (!bases.includes(base)) {
    return `${quoted(name)} is served at ${listed(bases.filter((known) => known.startsWith(`/${name}/`)))}`;
  }
  const methods = METHODS.filter((method) => 'plan' in snapshot.router.match(method, path));
  if (methods.length > 0) return `this path takes ${methods.join(', ')}`;
  const paths = snapshot.operations
    .filter((plan) => plan.version.basePath === base)
    .map(({ operation }) => operation.path);
  return `below ${base} there are ${listed([...new Set(paths)])}`;
}

function listed(names: readonly string[]): string {
  const more = names.length - MOST_LISTED;
  return names.slice(0, MOST_LISTED).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
