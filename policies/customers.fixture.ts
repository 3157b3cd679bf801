import type { SourceMap } from '../catalog/catalog.ts';
import type { FieldClass } from '../catalog/documents.ts';
import type { Contract } from '../openapi/contract.ts';
import { parseContract } from '../openapi/parse-contract.ts';

const source: SourceMap = { file: 'test.yaml', locate: () => ({ file: 'test.yaml', line: 1, column: 1 }) };

function owned(schema: object, systemOfRecord: string, fieldClass: FieldClass = 'confidential'): object {
  return { ...schema, 'x-portcullis': { class: fieldClass, systemOfRecord } };
}

const LINE = {
  type: 'object',
  required: ['sku', 'quantity'],
  additionalProperties: false,
  properties: {
    sku: { type: 'string' },
    quantity: { type: 'integer', minimum: 1 },
    unitPrice: owned({ type: 'string' }, 'pricing'),
    margin: { type: 'number' },
  },
};

const CUSTOMER = {
  type: 'object',
  required: ['name'],
  additionalProperties: false,
  properties: {
    id: { type: 'integer', readOnly: true },
    name: { type: 'string', minLength: 1 },
    email: { type: ['string', 'null'] },
    phone: { type: 'string' },
    active: { type: 'boolean' },
    stock: { type: 'integer' },
    creditLimit: owned({ type: 'integer' }, 'odoo-finance', 'restricted'),
    vat: { type: 'integer' },
    region: { type: 'string' },
    accountId: { type: 'integer' },
    address: {
      type: 'object',
      additionalProperties: false,
      properties: { city: { type: 'string' }, zip: { type: 'string' } },
    },
    labels: { type: 'object', additionalProperties: { type: 'string' } },
    lines: { type: 'array', items: { $ref: '#/components/schemas/Line' } },
  },
};

const json = (schema: object): object => ({ content: { 'application/json': { schema } } });
const customer = { $ref: '#/components/schemas/Customer' };
const answers = (schema: object): object => ({ '200': { description: 'ok', ...json(schema) } });
const role = (given: object): object => ({ 'x-portcullis': given });
const idParameter = { name: 'id', in: 'path', required: true, schema: { type: 'integer', minimum: 1 } };

/** A document with one of everything that the policies look at. */
export const customersDocument = {
  openapi: '3.1.0',
  info: { title: 'Customers', version: '1.2' },
  paths: {
    '/customers': {
      get: {
        operationId: 'listCustomers',
        parameters: [
          { name: 'fields', in: 'query', schema: { type: 'string' }, ...role({ role: 'fields' }) },
          { name: 'sort', in: 'query', schema: { type: 'string' }, ...role({ role: 'sort' }) },
          {
            name: 'limit',
            in: 'query',
            schema: { type: 'integer', minimum: 1, maximum: 100 },
            ...role({ role: 'limit' }),
          },
          { name: 'cursor', in: 'query', schema: { type: 'string' }, ...role({ role: 'cursor' }) },
          { name: 'filter', in: 'query', style: 'deepObject', schema: { type: 'object' }, ...role({ role: 'filter' }) },
          {
            name: 'nameLike',
            in: 'query',
            schema: { type: 'string' },
            ...role({ role: 'filter', field: 'name', operator: 'ilike' }),
          },
          {
            name: 'region',
            in: 'query',
            schema: { type: 'string' },
            ...role({ role: 'filter', field: 'region', operator: 'eq' }),
          },
          {
            name: 'regions',
            in: 'query',
            explode: false,
            schema: { type: 'array', items: { type: 'string' } },
            ...role({ role: 'filter', field: 'region', operator: 'in' }),
          },
          { name: 'utm_source', in: 'query', schema: { type: 'string' }, ...role({ role: 'ignored' }) },
          { name: 'status', in: 'query', schema: { type: 'array', items: { type: 'string', enum: ['open', 'shut'] } } },
          {
            name: 'ids',
            in: 'query',
            explode: false,
            schema: { type: 'array', maxItems: 3, items: { type: 'integer' } },
          },
          { name: 'level', in: 'query', schema: { type: 'number' } },
          { name: 'x-channel', in: 'header', schema: { type: 'string', enum: ['web', 'edi'] } },
        ],
        responses: answers({
          type: 'object',
          properties: {
            items: { type: 'array', items: customer, 'x-portcullis': { class: 'internal', envelope: true } },
            next: { type: ['string', 'null'], 'x-portcullis': { class: 'internal', envelope: true } },
          },
        }),
      },
      post: {
        operationId: 'createCustomer',
        'x-portcullis': { idempotencyKey: 'required' },
        requestBody: { required: true, ...json(customer) },
        responses: answers(customer),
      },
    },
    '/customers/{id}': {
      get: { operationId: 'getCustomer', parameters: [idParameter], responses: answers(customer) },
      patch: {
        operationId: 'updateCustomer',
        parameters: [idParameter],
        requestBody: json({ ...CUSTOMER, required: [] }),
        responses: answers(customer),
      },
    },
    '/accounts/{accountId}/customers/{code}': {
      get: {
        operationId: 'listByAccount',
        parameters: [
          { name: 'accountId', in: 'path', required: true, schema: { type: 'integer' } },
          { name: 'code', in: 'path', required: true, schema: { type: 'string' } },
          { name: 'day', in: 'query', required: true, schema: { type: 'string', pattern: '^[0-9]{4}$' } },
        ],
        responses: answers(customer),
      },
    },
  },
  components: { schemas: { Customer: CUSTOMER, Line: LINE } },
};

/** Reads a document; throws with its faults when it is not whole. */
export function contractOf(document: unknown): Contract {
  const { contract, faults } = parseContract(structuredClone(document), source);
  if (contract === undefined) throw new Error(faults.map((fault) => fault.message).join('\n'));
  return contract;
}

export const customers: Contract = contractOf(customersDocument);
