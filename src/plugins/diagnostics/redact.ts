/** What stands in place of a secret. */
export const redacted = '[redacted]';

/** Fields that hold secrets, in lower case, at any depth; `custom` is where applications put their tokens. */
const secretFields = new Set([
  'authtoken',
  'sippassword',
  'custom',
  'authorization',
  'password',
  'token',
  'rtmpurl',
]);

/**
 * SDP lines with keys (RFC 8839 section 5.4, RFC 4568 section 9.1) to their end, also where the SDP is a text within a
 * text, its line ends and quotes escaped.
 */
const secretLines = /a=(ice-pwd|crypto):[^\r\n"\\]*/gi;

/** The fields above where a client has written JSON into a line of its log. */
const secretsInText =
  /((?:authToken|sipPassword|authorization|password|token|rtmpUrl)\\*"\s*:\s*\\*")[^"\\]*/gi;

/** The text without secrets that can be told by their form. */
export function redactText(text: string): string {
  return text.replace(secretLines, `a=$1:${redacted}`).replace(secretsInText, `$1${redacted}`);
}

/**
 * A message as JSON without its secrets.
 * @param message what JSON.parse gave
 * @param authToken the session's, taken out wherever it stands
 */
export function redactMessage(message: unknown, authToken: string): string {
  return JSON.stringify(message, (field, value: unknown) => {
    if (secretFields.has(field.toLowerCase()) && value !== null) return redacted;
    return typeof value === 'string' ? redactText(value).replaceAll(authToken, redacted) : value;
  });
}
