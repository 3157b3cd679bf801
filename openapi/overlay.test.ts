import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { codes, contractOf, document, operationOf, parsed } from './contract.fixture.ts';
import { compileJsonPath, selectByPath } from './json-path.ts';

const API = document(
  `
/parcels/{id}:
  get:
    operationId: getParcel
    parameters: [{name: id, in: path}, {name: debug, in: query}]
    responses: {'200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Parcel'}}}}}
  delete: {operationId: dropParcel, parameters: [{name: id, in: path}], responses: {}}`,
  `
Parcel:
  type: object
  required: [id]
  properties:
    id: {type: string, pattern: '^(?<=x)y$'}
    note: {type: string}`,
);

function overlay(...actions: string[]): string {
  return `overlay: 1.0.0\ninfo: {title: O, version: '1'}\nactions:\n${actions.map((action) => `  - ${action}\n`).join('')}`;
}

const NO_PATTERN = '{target: $.components.schemas.Parcel.properties.id.pattern, remove: true}';

describe('applyOverlay', () => {
  it('merges updates, appends to lists and removes', () => {
    const contract = contractOf(
      API,
      overlay(
        NO_PATTERN,
        '{target: $.components.schemas.Parcel.properties.id, update: {x-portcullis: {class: internal}}}',
        '{target: $.components.schemas.Parcel, update: {required: [note], properties: {note: {maxLength: 5}}}}',
        `{target: "$.paths['/parcels/{id}'].delete", remove: true}`,
        '{target: "$..parameters[?@.name==\'debug\']", remove: true}',
        '{target: $.paths.*.get.parameters, update: {name: lang, in: query}}',
      ),
      overlay('{target: $, update: {info: {title: Changed}}}'),
    );
    assert.equal(contract.title, 'Changed');
    assert.deepEqual([...contract.operations.keys()], ['getParcel']);
    assert.deepEqual(
      operationOf(contract, 'getParcel').parameters.map((parameter) => parameter.name),
      ['id', 'lang'],
    );
    const fields = contract.shapes.get('Parcel')?.fields;
    assert.equal(fields?.get('id')?.annotation.class, 'internal');
    assert.deepEqual([fields?.get('note')?.required, Object(fields?.get('note')?.shape.schema).maxLength], [true, 5]);
  });

  it('changes the digest, and leaves the document itself alone', () => {
    const changed = contractOf(API, overlay(NO_PATTERN, '{target: $.info, update: {title: Other}}'));
    assert.notEqual(changed.digest, contractOf(API, overlay(NO_PATTERN)).digest);
    assert.deepEqual(codes(parsed(API)), ['16:37 pattern-unsupported']);
  });

  it('tells what is wrong, in the overlay', () => {
    const wrong = parsed(
      API,
      overlay(
        NO_PATTERN,
        '{target: $.components.schemas.Parsel, update: {}}',
        "{target: '$.paths[0:2]', update: {}}",
        '{target: $.info.title, update: {}}',
        '{target: $.info}',
        '{target: $.info, update: {}, removed: true}',
        '{target: $.info, copy: $.x}',
      ),
    );
    assert.deepEqual(
      wrong.faults.map(({ place, code }) => `${place.file}:${place.line} ${code}`),
      [
        'overlay-1.yaml:5 overlay-no-match',
        'overlay-1.yaml:6 overlay-target-unsupported',
        'overlay-1.yaml:7 overlay-invalid',
        'overlay-1.yaml:8 overlay-invalid',
        'overlay-1.yaml:9 overlay-invalid',
        'overlay-1.yaml:10 overlay-invalid',
      ],
    );
    assert.deepEqual(codes(parsed(API.replace(/, pattern: '[^']*'/, ''), 'overlay: 2.0.0\nactions: []\n')), [
      '1:10 overlay-invalid',
    ]);
  });
});

describe('a fault stands in the file that caused it', () => {
  const placed = (...overlays: string[]): string[] =>
    parsed(API, overlay(NO_PATTERN), ...overlays).faults.map(
      ({ place, code }) => `${place.file}:${place.line}:${place.column} ${code}`,
    );

  it('what an overlay has set, replaced or appended', () => {
    assert.deepEqual(
      placed(
        overlay(
          '{target: $.components.schemas.Parcel.properties.note, update: {x-portcullis: {class: secret}}}',
          '{target: $.components.schemas.Parcel.properties, update: {weight: {x-portcullis: {decimals: -1}}}}',
        ),
        overlay(
          '{target: "$.paths[\'/parcels/{id}\'].get.parameters", update: {name: lang, in: nowhere}}',
          '{target: $.components.schemas, update: {Parcel: {properties: {note: {pattern: "(a+)+"}}}}}',
        ),
      ),
      [
        'overlay-2.yaml:4:90 annotation-invalid',
        'overlay-2.yaml:5:97 annotation-invalid',
        'overlay-3.yaml:5:83 pattern-superlinear',
        'overlay-3.yaml:4:82 parameter-unsupported',
      ],
    );
  });

  it('what stands in the document, though an overlay has moved it', () => {
    const api = API.replace('{name: debug, in: query}', '{name: debug, in: query}, {name: x, in: nowhere}');
    const drop = overlay(NO_PATTERN, '{target: "$..parameters[?@.name==\'debug\']", remove: true}');
    assert.deepEqual(codes(parsed(api, drop)), [
      `7:${(api.split('\n')[6]?.indexOf('nowhere') ?? 0) + 1} parameter-unsupported`,
    ]);
  });

  it('what is missing because an overlay has taken it out', () => {
    assert.deepEqual(
      placed(overlay('{target: $.components.schemas.Parcel, remove: true}', '{target: $.info.title, remove: true}')),
      ['overlay-2.yaml:4:14 ref-missing', 'overlay-2.yaml:5:14 document-invalid'],
    );
    const message = parsed(API, overlay('{target: $.components.schemas.Parcel, remove: true}')).faults[0]?.message;
    assert.match(message ?? '', /the reference "#\/components\/schemas\/Parcel" at api\.yaml:8 leads to/);
  });

  it('what was put back after it had been taken out', () => {
    assert.deepEqual(
      placed(overlay('{target: $.info.title, remove: true}'), overlay('{target: $.info, update: {title: 5}}')),
      ['overlay-3.yaml:4:38 document-invalid'],
    );
  });
});

describe('selectByPath', () => {
  const data = JSON.parse(
    '{"a":{"b":[{"name":"x","n":1},{"name":"y","n":2}],"it\'s":3},"c":{"b":4},"__proto__":{"b":5}}',
  );
  const cases: readonly (readonly [string, string[]])[] = [
    ['$', ['']],
    ['$.a.b[0].name', ['/a/b/0/name']],
    ['$.a.b[-1]', ['/a/b/1']],
    ['$["c"]["b"]', ['/c/b']],
    ["$['a']['it\\'s']", ["/a/it's"]],
    ['$.*.b', ['/a/b', '/c/b', '/__proto__/b']],
    ['$..b', ['/a/b', '/c/b', '/__proto__/b']],
    ['$..name', ['/a/b/0/name', '/a/b/1/name']],
    ["$.a.b[?@.name=='y'].n", ['/a/b/1/n']],
    ['$.a.b[?(@.n == 1)]', ['/a/b/0']],
    ['$.a.b[*].n', ['/a/b/0/n', '/a/b/1/n']],
    ['$.__proto__.b', ['/__proto__/b']],
    ['$.toString', []],
    ['$.a.b.length', []],
  ];
  for (const [path, expected] of cases) {
    it(`finds ${path}`, () => {
      const compiled = compileJsonPath(path);
      assert.ok(compiled !== undefined);
      assert.deepEqual(
        selectByPath(data, compiled).map((match) => match.pointer),
        expected,
      );
    });
  }

  it('knows what it does not support', () => {
    for (const path of [
      '',
      'a',
      '$.',
      '$.a[',
      '$[1:2]',
      '$[0,1]',
      '$.a[?@.x>1]',
      '$[?@.a && @.b]',
      '$.a b',
      '$[?length(@.a)==1]',
    ]) {
      assert.equal(compileJsonPath(path), undefined, path);
    }
  });
});
