const MAX_PARAMETERS = 64;

/**
 * The parameters of an `a=fmtp` line by name in lower case. Blanks around them are dropped, the first of two with the
 * same name counts, an item without '=' (RFC 4733's `0-15`) becomes a name with the value ''.
 */
export function readFormatParameters(fmtp: string): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const item of fmtp.split(';', MAX_PARAMETERS)) {
    const equals = item.indexOf('=');
    const name = (equals < 0 ? item : item.slice(0, equals)).trim().toLowerCase();
    if (name !== '' && !parameters.has(name))
      parameters.set(name, equals < 0 ? '' : item.slice(equals + 1).trim());
  }
  return parameters;
}
