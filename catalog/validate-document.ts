import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import type { CatalogDocument, Kind } from './documents.ts';
import { API_VERSION } from './documents.ts';
import type { Fault } from './fault.ts';
import { isDate } from './iso-date.ts';
import { mendDocument } from './mend-document.ts';
import { suggestion } from './nearest-name.ts';
import { quoted } from './quoted.ts';
import { describe, PATTERN_WORDS, schemaMessage, unknownMember } from './schema-messages.ts';
import consumerSchema from './schemas/consumer.schema.json' with { type: 'json' };
import grantSchema from './schemas/grant.schema.json' with { type: 'json' };
import interfaceSchema from './schemas/interface.schema.json' with { type: 'json' };
import odooModelsSchema from './schemas/odoo-models.schema.json' with { type: 'json' };
import planSchema from './schemas/plan.schema.json' with { type: 'json' };
import systemSchema from './schemas/system.schema.json' with { type: 'json' };
import teamSchema from './schemas/team.schema.json' with { type: 'json' };
import { type DocumentSource, pointerToken, pointerTokens } from './source-text.ts';

/** Faults told of one document; one that is broken from end to end needs no more. */
const MAX_FAULTS = 200;

const ajv = new Ajv2020({
  allErrors: true,
  verbose: true,
  discriminator: true,
  allowUnionTypes: true,
  formats: { date: isDate, uri: (text: string) => URL.canParse(text) },
});

const SCHEMAS = {
  System: systemSchema,
  Team: teamSchema,
  Interface: interfaceSchema,
  Consumer: consumerSchema,
  Grant: grantSchema,
  Plan: planSchema,
  OdooModels: odooModelsSchema,
} as const satisfies Record<Kind, object>;

const validators = new Map(
  Object.entries(SCHEMAS).map(([kind, schema]) => [kind, { schema, validate: ajv.compile<CatalogDocument>(schema) }]),
);

/** The kinds of documents that have a schema. */
export const KINDS: readonly string[] = [...validators.keys()];

/** A document as far as it could be understood; what is wrong with it is in `faults`. */
export interface ValidatedDocument {
  /** Has the shape of its kind even after faults: what was missing is empty. Undefined where kind or name are unknown. */
  readonly document: CatalogDocument | undefined;
  readonly faults: readonly Fault[];
}

/** Holds one parsed document against the published schema of its kind; tells every departure, each at its place. */
export function validateDocument(content: object, source: DocumentSource): ValidatedDocument {
  const { apiVersion, kind }: { apiVersion?: unknown; kind?: unknown } = content;
  if (apiVersion !== API_VERSION) {
    const message =
      apiVersion === undefined
        ? `the document does not say its version; add apiVersion: ${API_VERSION}`
        : `apiVersion must be ${API_VERSION}, the only one that is known here; write that`;
    return refused('version-unknown', message, '/apiVersion', source);
  }
  const known = typeof kind === 'string' ? validators.get(kind) : undefined;
  if (known === undefined) {
    const hint = typeof kind === 'string' ? suggestion(kind, KINDS) : '';
    const message =
      kind === undefined
        ? `the document does not say its kind; add kind: with one of ${KINDS.join(', ')}`
        : `kind must be one of ${KINDS.join(', ')}${hint || '; correct it'}`;
    return refused('kind-unknown', message, '/kind', source);
  }
  if (known.validate(content)) return { document: content, faults: [] };
  const faults = tellingErrors(known.validate.errors ?? []).map((error) => toFault(error, source, known.schema));
  let mended = content;
  // What takes the place of a missing part may lack parts itself.
  for (let round = 0; round < 3; round += 1) {
    mended = mendDocument(mended, known.validate.errors ?? [], known.schema);
    if (known.validate(mended) || !(known.validate.errors ?? []).some(breaksShape)) {
      return { document: isNamed(mended) ? mended : undefined, faults };
    }
  }
  return { document: undefined, faults };
}

function isNamed(content: object): content is CatalogDocument {
  const { metadata }: { metadata?: { name?: unknown } } = content;
  return typeof metadata?.name === 'string' && metadata.name !== '';
}

function breaksShape({ keyword, parentSchema }: ErrorObject): boolean {
  const tooShort = keyword === 'minItems' && parentSchema?.prefixItems !== undefined;
  return tooShort || keyword === 'required' || keyword === 'type' || keyword === 'discriminator';
}

/** Leaves out errors that only repeat, at the same place or further out, what another says better. */
function tellingErrors(errors: readonly ErrorObject[]): ErrorObject[] {
  const mistyped = new Set<string>();
  const telling = errors.filter((error) => {
    if (error.keyword === 'if' || error.propertyName !== undefined) return false;
    if (error.keyword === 'discriminator' && error.params.tagValue === undefined) return false;
    if (error.keyword !== 'type') return true;
    const first = !mistyped.has(error.instancePath);
    mistyped.add(error.instancePath);
    return first;
  });
  return telling
    .filter(({ keyword, instancePath }) => keyword === 'type' || keyword === 'required' || !mistyped.has(instancePath))
    .slice(0, MAX_FAULTS);
}

function refused(code: string, message: string, pointer: string, source: DocumentSource): ValidatedDocument {
  return { document: undefined, faults: [{ code, message, place: source.locate(pointer), severity: 'error' }] };
}

/** The part of a document that has a member of this name, where that is not said of its own place. */
function homeOf(member: string, { $defs }: PublishedSchema): string | undefined {
  return (['spec', 'metadata'] as const).find((part) => Object.hasOwn($defs[part].properties, member));
}

interface PublishedSchema {
  readonly $defs: Readonly<Record<'spec' | 'metadata', { readonly properties: object }>>;
}

function toFault(error: ErrorObject, source: DocumentSource, schema: PublishedSchema): Fault {
  const fault = (code: string, message: string, place = source.locate(error.instancePath)): Fault => {
    return { code, message, place, severity: 'error' };
  };
  const name = memberName(error.instancePath);
  switch (error.keyword) {
    case 'additionalProperties': {
      const member = String(error.params.additionalProperty);
      const place = source.locateKey(`${error.instancePath}/${pointerToken(member)}`);
      const known = Object.keys(error.parentSchema?.properties ?? {});
      return fault('unknown-member', unknownMember(name, member, known, homeOf(member, schema)), place);
    }
    case 'required': {
      const member = String(error.params.missingProperty);
      if (member === 'owner' || member === 'owners' || error.instancePath === '/spec/owners') {
        return fault('owner-missing', `${name} names no ${member}; add "${member}" with the name of a team`);
      }
      const about = describe(error.parentSchema?.properties?.[member]);
      return fault('missing-member', `${name} needs "${member}"; add it${about}`);
    }
    case 'propertyNames': {
      const member = String(error.params.propertyName);
      const words = PATTERN_WORDS.get(error.parentSchema?.propertyNames?.pattern);
      const wanted = words?.startsWith('the name of') ? `write ${words}` : 'use lower-case letters, digits and dashes';
      const place = source.locateKey(`${error.instancePath}/${pointerToken(member)}`);
      return fault('document-invalid', `${quoted(member)} is no name; ${wanted}`, place);
    }
    case 'discriminator': {
      const { tag, tagValue } = error.params;
      const values: unknown[] = (error.parentSchema?.oneOf ?? []).map(
        (branch: { properties?: Record<string, { const?: unknown }> }) => branch.properties?.[tag]?.const,
      );
      const hint = typeof tagValue === 'string' ? suggestion(tagValue, values.map(String)) : '';
      const place = source.locate(`${error.instancePath}/${tag}`);
      return fault('document-invalid', `${name}.${tag} must be one of ${values.join(', ')}${hint}`, place);
    }
    case 'uniqueItems':
      return fault(
        'document-invalid',
        `${name} ${schemaMessage(error)}`,
        source.locate(`${error.instancePath}/${error.params.i}`),
      );
    default:
      return fault('document-invalid', `${name} ${schemaMessage(error)}`);
  }
}

/** `/spec/versions/0/version` as people write it: `spec.versions[0].version`. */
function memberName(pointer: string): string {
  const tokens = pointerTokens(pointer).map((token) => (/^\d+$/.test(token) ? `[${token}]` : `.${token}`));
  const name = tokens.join('').replace(/^\./, '');
  return name === '' ? 'the document' : quoted(name).slice(1, -1);
}
