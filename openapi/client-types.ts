import openapiTS, { astToString } from 'openapi-typescript';

/**
 * TypeScript types of an OpenAPI 3.1 document, as source text. Throws an Error when the document is invalid. Meant for
 * documents that the gateway wrote itself: the library would follow references out of a foreign one.
 */
export async function clientTypes(document: Readonly<Record<string, unknown>>): Promise<string> {
  const text = JSON.stringify(document);
  if (/"\$ref":"(?!#\/)/.test(text)) throw new Error('The document refers to something outside of itself.');
  return astToString(await openapiTS(text, { silent: true, alphabetize: true }));
}
