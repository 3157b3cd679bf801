/** Media type without parameters, lower case. */
export function essence(mediaType: string): string {
  return (mediaType.split(';', 1)[0] ?? '').trim().toLowerCase();
}

/** `application/json`, `application/…+json`, and the ranges that include them. */
export function isJson(mediaType: string): boolean {
  return /^(?:application\/(?:json|\*|[a-z0-9!#$&^_.-]+\+json)|text\/json|\*\/\*)$/.test(essence(mediaType));
}

/** Of several media types the one the gateway speaks: JSON before its relatives before any other. */
export function preferredMediaType(mediaTypes: readonly string[]): string | undefined {
  return mediaTypes.find((type) => essence(type) === 'application/json') ?? mediaTypes.find(isJson) ?? mediaTypes[0];
}
