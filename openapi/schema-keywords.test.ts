import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatFault } from '../catalog/fault.ts';
import { codes, document, parsed } from './contract.fixture.ts';

/** Faults of a document whose only schema, on line 9 from column 8 on, is the one given. */
function told(schema: string, version = '3.1.0'): string[] {
  const text = document('/a:\n  get: {operationId: a, responses: {200: {description: ok}}}', `A:\n  ${schema}`);
  return parsed(text.replace('3.1.0', version)).faults.map((fault) => formatFault(fault).replace(/^api\.yaml:9:/, ''));
}

const FAULTS: readonly (readonly [schema: string, told: string])[] = [
  ['{type: intger}', '14 schema-invalid type is "intger", which is no type; did you mean "integer"?'],
  ['{type: date}', '14 schema-invalid type is "date", which is no type; write type: string with format: date'],
  [
    '{type: DateTime}',
    '14 schema-invalid type is "DateTime", which is no type; write type: string with format: date-time',
  ],
  ['{type: any}', '14 schema-invalid type is "any", which is no type; leave type out'],
  ['{type: null}', '14 schema-invalid type is null; write the type in quotes: "null"'],
  ['{type: [string, null]}', '8 schema-invalid type is null; write the type in quotes: "null"'],
  ['{type: []}', '8 schema-invalid type is an empty list, so that no value fits; name a type or delete it'],
  ['{type: file}', '14 schema-invalid type is "file", which is no type; write type: string with format: binary'],
  ['{format: 5}', '16 schema-invalid format must be a text; write it in quotes'],
  ['{required: name}', '18 schema-invalid required must be a list of property names, such as [id, name]'],
  [
    '{properties: {a: {required: true}}}',
    '35 schema-invalid required must be a list of property names; write it beside "properties", not within a property',
  ],
  ['{required: [1]}', '8 schema-invalid required must be a list of property names, such as [id, name]'],
  ['{enum: []}', '8 schema-invalid enum is empty, so that no value fits; name the values or delete it'],
  ['{enum: one}', '14 schema-invalid enum must be a list of values'],
  ['{minLength: -1}', '19 schema-invalid minLength must be a whole number, 0 or more'],
  ['{maxItems: 1.5}', '18 schema-invalid maxItems must be a whole number, 0 or more'],
  ['{maximum: "5"}', '17 schema-invalid maximum must be a number; write it without quotes'],
  ['{exclusiveMinimum: true}', '26 schema-invalid exclusiveMinimum must be a number'],
  ['{multipleOf: 0}', '20 schema-invalid multipleOf must be a number above 0'],
  ['{uniqueItems: no}', '21 schema-invalid uniqueItems must be true or false'],
  ['{pattern: 5}', '17 schema-invalid pattern must be a text; write it in quotes'],
  [
    '{minimum: 5, maximum: 2}',
    '17 schema-invalid minimum 5 is above maximum 2, so that no value fits; correct one of the two',
  ],
  [
    '{minLength: 5, maxLength: 2}',
    '19 schema-invalid minLength 5 is above maxLength 2, so that no value fits; correct one of the two',
  ],
  [
    '{properties: [a]}',
    '8 document-invalid here must stand an object that names a schema with each member, and there is a list',
  ],
  [
    '{properties: {a: string}}',
    '24 document-invalid here must stand a schema, an object with members, and there is the text "string"; write {type: …}',
  ],
  ['{items: }', '15 document-invalid here must stand a schema, an object with members, and there is nothing'],
  ['{oneOf: {type: string}}', '8 schema-invalid here must stand a list, each item a schema, and there is an object'],
  ['{allOf: []}', '8 schema-invalid allOf is an empty list; name at least one schema or delete it'],
  ['{$ref: 5}', '14 ref-unsupported $ref must be a text such as "#/components/…", and there is 5'],
];

const WARNINGS: readonly (readonly [schema: string, told: string])[] = [
  ['{propertys: {}}', '8 keyword-misspelt (warning) "propertys" is no keyword of a schema; did you mean "properties"?'],
  [
    '{descripton: x}',
    '20 keyword-misspelt (warning) "descripton" is no keyword of a schema; did you mean "description"?',
  ],
  [
    '{type: string, nullable: true}',
    '32 keyword-ineffective (warning) nullable means nothing since OpenAPI 3.1; write type: [string, "null"]',
  ],
  [
    '{type: integer, format: date}',
    '31 keyword-ineffective (warning) the format "date" is one of texts and is not checked here; write type: string',
  ],
  [
    '{type: string, format: datetime}',
    '30 keyword-ineffective (warning) the format "datetime" is not checked; did you mean "date-time"?',
  ],
  [
    '{type: string, enum: [a, 5]}',
    '32 keyword-ineffective (warning) enum names "5", which does not fit the type string; write it in quotes: "5"',
  ],
];

describe('checkKeywords', () => {
  for (const [schema, expected] of [...FAULTS, ...WARNINGS]) {
    it(schema, () => assert.deepEqual(told(schema), [expected]));
  }

  it('lets pass what is sound, and what means something in older versions', () => {
    const sound = [
      '{type: [string, "null"], enum: [a, null], minLength: 0, maxLength: 0}',
      '{type: integer, enum: [1, 2], format: int64, minimum: 1, maximum: 1}',
      '{type: string, format: decimal, x-propertys: 1}',
      '{properties: {propertys: {type: string}, required: {type: boolean}, $ref: {type: string}}, required: []}',
      '{default: 5, const: null, examples: [{type: intger}], example: {type: intger}}',
    ];
    for (const schema of sound) assert.deepEqual(told(schema), [], schema);
    const older = [
      '{type: integer, minimum: 1, exclusiveMinimum: true}',
      '{type: file}',
      '{type: string, nullable: true, enum: [a, null]}',
      '{properties: {a: {$ref: "#/components/schemas/A", type: intger}}}',
    ];
    for (const schema of older) assert.deepEqual(told(schema, '3.0.3'), [], schema);
  });

  it('finds the place in a converted document', () => {
    const swagger = (change: string): string[] =>
      codes(
        parsed(`swagger: '2.0'
info: {title: T, version: '1'}
paths:
  /a:
    get:
      operationId: a
      parameters: [{name: q, in: query, type: ${change === 'parameter' ? 'intger' : 'integer'}}]
      responses: {'200': {description: ok, schema: {type: array, items: [{type: ${change === 'items' ? 'strng' : 'string'}}]}}}
definitions:
  A: {x-nullable: true, allOf: [{type: ${change === 'branch' ? 'objekt' : 'object'}}]}
`),
      );
    assert.deepEqual(swagger('nothing'), []);
    assert.deepEqual(swagger('parameter'), ['7:47 schema-invalid']);
    assert.deepEqual(swagger('items'), ['8:81 schema-invalid']);
    assert.deepEqual(swagger('branch'), ['10:40 schema-invalid']);
  });

  it('a flood of warnings is no fault, and hides none', () => {
    const many = Array.from({ length: 300 }, (_, index) => `p${index}: {propertys: 1}`).join(', ');
    const faults = told(`{properties: {${many}, z: {type: intger}}}`);
    assert.equal(faults.filter((line) => !line.includes('(warning)')).length, 1);
    assert.match(faults.at(-1) ?? '', /document-invalid \(warning\) the document has 200 more warnings/);
  });
});

describe('references in a circle', () => {
  it('are told once for each that lies on it; a schema that holds itself is none', () => {
    const schemas = `
A: {$ref: '#/components/schemas/B'}
B: {$ref: '#/components/schemas/A', maxLength: 5}
C: {$ref: '#/components/schemas/A'}
Node: {type: object, properties: {next: {$ref: '#/components/schemas/Node'}}}`;
    const text = document('/a:\n  get: {operationId: a, responses: {200: {description: ok}}}', schemas);
    assert.deepEqual(codes(parsed(text)), ['8:15 ref-circular', '9:15 ref-circular']);
    assert.equal(parsed(text).contract, undefined);
  });
});

describe('members of other parts', () => {
  const inOperation = (members: string): string[] =>
    parsed(document(`/a:\n  get: {operationId: a, responses: {200: {description: ok}}, ${members}}`)).faults.map(
      (fault) => formatFault(fault).replace(/^api\.yaml:5:/, ''),
    );

  const cases: readonly (readonly [members: string, told: string])[] = [
    [
      'paramters: []',
      '64 keyword-misspelt (warning) "paramters" is no member of an operation; did you mean "parameters"?',
    ],
    [
      'parameters: [{name: q, in: query, type: integer}]',
      '104 keyword-ineffective (warning) "type" means nothing here since OpenAPI 3.0; write it in its schema: schema: {type: …}',
    ],
    [
      'parameters: [{name: q, in: qeury}]',
      '91 parameter-unsupported parameters in "qeury" are not supported; use one of path, query, header, cookie; did you mean "query"?',
    ],
    [
      'parameters: [{name: q}]',
      '77 parameter-unsupported the parameter "q" does not say where it stands; add in: with one of path, query, header, cookie',
    ],
    [
      'parameters: [{name: q, in: query, style: deepobject}]',
      '105 document-invalid style must be one of form, spaceDelimited, pipeDelimited, deepObject for a parameter in query; did you mean "deepObject"?',
    ],
    ['parameters: [{name: q, in: query, required: yes}]', '108 document-invalid required must be true or false'],
    [
      'requestBody: {schema: {type: object}, content: {}}',
      '78 keyword-ineffective (warning) "schema" means nothing here since OpenAPI 3.0; write it under content: {application/json: {schema: …}}',
    ],
  ];
  for (const [members, expected] of cases) {
    it(members, () => assert.deepEqual(inOperation(members), [expected]));
  }

  it('a status that is none', () => {
    const text = document('/a:\n  get: {operationId: a, responses: {20O: {description: ok}}}');
    assert.deepEqual(codes(parsed(text)), ['5:39 document-invalid']);
  });
});
