import { z } from 'zod';
import { type Kind, webUrl } from './kinds.js';

/** The methods of a backend that can be called (WCS spec G.3), but for `connect`, which always is. */
export const hookMethods = [
  'publishStream',
  'playStream',
  'unPublishStream',
  'stopStream',
  'snapshot',
  'OnDataEvent',
  'submitBugReport',
  'sessionDebug',
  'pushLogs',
  'StreamEvent',
  'StreamStatusEvent',
  'StreamKeepAliveEvent',
  'ConnectionStatusEvent',
  'DataStatusEvent',
] as const;
export type HookMethod = (typeof hookMethods)[number];

/** What is called where an application does not say: all but the lines of clients' logs. */
const usualMethods = hookMethods.filter((method) => method !== 'pushLogs');

const line = (maxLength: number) =>
  z
    .string()
    .min(1)
    .max(maxLength)
    .regex(/^\P{Cc}*$/u);

const application = z
  .strictObject({
    /** For people. */
    name: line(256).exactOptional(),
    /** Of the backend; without one nothing is called. */
    url: webUrl().schema.default(''),
    /** For HTTP's basic authentication. */
    username: line(256)
      .refine((text) => !text.includes(':'), 'holds a colon')
      .exactOptional(),
    password: line(1024).exactOptional(),
    /** Key of the hashes that the bodies are sent with. */
    secret: line(1024).exactOptional(),
    methods: z.array(z.enum(hookMethods)).default(usualMethods),
    /** What a failed call does where the answer to `connect` does not say: nothing, or refuse. */
    onError: z.enum(['LOG', 'FAIL']).default('LOG'),
  })
  .refine(({ username, password }) => password === undefined || username !== undefined, 'has no username')
  .refine(({ url }) => url === '' || new URL(url).search + new URL(url).hash === '', 'has a URL with a query')
  .refine(({ url }) => url === '' || new URL(url).username === '', 'has a password in its URL');
export type Application = z.output<typeof application>;

/** Applications by their appKeys. In a flag or variable: JSON. */
export function applications(): Kind<Record<string, Application>> {
  const allowed =
    'an object of applications by appKey, each with any of url, name, username, password, secret, methods, onError';
  const schema = z
    .record(z.string().min(1).max(256), application, `is not ${allowed}`)
    .refine((value) => Object.keys(value).length <= 1000, 'has more than 1000 applications');
  return {
    schema: schema as z.ZodType<Record<string, Application>>,
    allowed,
    word: 'JSON',
    secret: true,
    list: false,
    fromText: (text) => {
      try {
        return JSON.parse(text);
      } catch {
        return text;
      }
    },
  };
}
