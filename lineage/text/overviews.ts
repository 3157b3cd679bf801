import type { LineageEdge, LineageNode } from '../graph.ts';
import { classText, maskedText, ownedText, protocolText, seenText, untilText } from './phrases.ts';
import type { Branch } from './tree.ts';
import type { Ways } from './ways.ts';

type FieldNode = Extract<LineageNode, { readonly kind: 'field' }>;
type GrantNode = Extract<LineageNode, { readonly kind: 'grant' }>;

/** The versions of an interface: each field with what it stands on and who reads or writes it. */
export function interfaceBranches(ways: Ways): Branch[] {
  const versions = Map.groupBy(ways.of('field'), (field) => `${field.interface}/${field.version} (${field.lifecycle})`);
  return [...versions].map(([line, fields]) => ({
    line,
    below: fields.map((field) => ({
      line: `${field.field}  ${classText(field)}${standsText(ways, field)}`,
      notes: usersOf(ways, field),
    })),
  }));
}

/** The places of a system or model: each with the contract fields on it and who reads or writes those. */
export function placeBranches(ways: Ways): Branch[] {
  const places = ways.of('place').map((place) => {
    const named = ways
      .after(place.id, 'stands', 'canonical')
      .flatMap(([, { id }]) => ways.after(id, 'stands', 'field'));
    const direct = [...ways.after(place.id, 'stands', 'field'), ...named];
    const stored = ways.before(place.id, 'stores', 'field');
    const fields = new Set([...direct, ...stored].map(([, field]) => field));
    const owners = ways.before(place.id, 'owns', 'system').map(([, { name }]) => name);
    return {
      line: `${place.name}${owners.length === 0 ? '' : `, owned by ${owners.join(' and ')}`}`,
      below: [...fields].map((field) => ({
        line: `${field.name}  ${classText(field)}`,
        notes: usersOf(ways, field),
      })),
    };
  });
  const loose = ways.of('field').filter((field) => standsOn(ways, field).length === 0);
  return [
    ...places.filter(({ below }) => below.length > 0),
    ...loose.map((field) => ({ line: `${field.name}  ${classText(field)}`, notes: usersOf(ways, field) })),
  ];
}

/** What a consumer gets and writes, grant by grant. */
export function grantBranches(ways: Ways): Branch[] {
  return ways.of('grant').map((grant) => ({
    line: `${grant.name} on ${grant.interface} v${grant.major}, ${untilText(grant.until)}${protocolText(grant)}`,
    notes: [`for: ${grant.purpose}`, ...grant.actions.map((action) => `does ${action}`)],
    below: [
      ...part('reads', ways.before(grant.id, 'reads', 'field'), (field) => standsText(ways, field)),
      ...part('writes', ways.after(grant.id, 'writes', 'field'), (field) => storesText(ways, field)),
      ...unread(ways, grant),
    ],
  }));
}

/** What decides which records a grant shows, where it is not read itself. */
function unread(ways: Ways, grant: GrantNode): Branch[] {
  const read = new Set(ways.before(grant.id, 'reads', 'field').map(([, field]) => field));
  const filters = ways.before(grant.id, 'filters', 'field').filter(([, field]) => !read.has(field));
  return part('sees records by', filters, (field) => standsText(ways, field));
}

function part(
  verb: string,
  fields: readonly (readonly [LineageEdge, FieldNode])[],
  way: (field: FieldNode) => string,
): Branch[] {
  if (fields.length === 0) return [];
  const below = fields.map(([edge, field]) => ({
    line: `${field.field}  ${classText(field)}${way(field)}`,
    notes: [maskedText(edge), edge.observed === undefined ? undefined : seenText(edge.observed)].filter(
      (note) => note !== undefined,
    ),
  }));
  return [{ line: verb, below }];
}

function usersOf(ways: Ways, field: FieldNode): string[] {
  const users = (edges: readonly (readonly [LineageEdge, GrantNode])[]): string =>
    edges.map(([edge, grant]) => `${grant.consumer}${detail(edge)}`).join(', ');
  const [reads, writes] = [ways.after(field.id, 'reads', 'grant'), ways.before(field.id, 'writes', 'grant')];
  const filters = ways.after(field.id, 'filters', 'grant').map(([, { consumer }]) => consumer);
  if (reads.length + writes.length + filters.length === 0) return ['granted to nobody'];
  return [
    ...(reads.length === 0 ? [] : [`read by ${users(reads)}`]),
    ...(writes.length === 0 ? [] : [`written by ${users(writes)}`]),
    ...(filters.length === 0 ? [] : [`decides which records are seen by ${filters.join(', ')}`]),
  ];
}

function detail(edge: LineageEdge): string {
  const { observed } = edge;
  const told = [maskedText(edge), observed === undefined ? undefined : seenText(observed)].filter(
    (one) => one !== undefined,
  );
  return told.length === 0 ? '' : ` (${told.join('; ')})`;
}

/** ` ← odoo/res.partner.email as customer.email, owned by crm`. */
function standsText(ways: Ways, field: FieldNode): string {
  const stands = standsOn(ways, field);
  const owner = field.systemOfRecord === undefined ? '' : `, owned by ${field.systemOfRecord}`;
  return stands.length === 0 ? owner : `  ← ${stands.join(' and ')}${owner}`;
}

function standsOn(ways: Ways, field: FieldNode): string[] {
  const direct = ways.before(field.id, 'stands', 'place').map(([, place]) => place.name);
  const named = ways
    .before(field.id, 'stands', 'canonical')
    .flatMap(([, canonical]) =>
      ways.before(canonical.id, 'stands', 'place').map(([, place]) => `${place.name} as ${canonical.name}`),
    );
  return [...direct, ...named];
}

function storesText(ways: Ways, field: FieldNode): string {
  const places = ways.after(field.id, 'stores', 'place').map(([, place]) => place.name);
  const owner = field.systemOfRecord === undefined ? '' : `, owned by ${field.systemOfRecord}`;
  return places.length === 0 ? owner : `  → ${places.join(' and ')}${owner}`;
}

/** Everybody in a graph who gets or sends something, with where to ask. */
export function consumerLines(ways: Ways): string[] {
  return ways.of('consumer').map((consumer) => `  ${ownedText(consumer)}${consumer.disabled ? ', disabled' : ''}`);
}
