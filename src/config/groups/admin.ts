import { originList, secretTextsLike } from '../admin-kinds.js';
import { texts } from '../kinds.js';
import { group, setting } from '../setting.js';

export const admin = group(
  {
    title: 'Administration',
    description:
      'Who may use the REST API and everything else that shows or changes what the server does. Without tokens and users only the machine itself. See docs/administration.md.',
  },
  {
    tokens: setting(
      secretTextsLike(
        /^(?:(?:viewer|operator):)?[\w.~+/=-]{16,256}$/,
        '[viewer:|operator:]TOKEN with 16 to 256 characters',
        '[ROLE:]TOKEN',
      ),
      [],
      'Tokens that open it, each for an operator unless it says viewer. Better in a file or the environment than among flags, which other users of the machine can see.',
    ),
    users: setting(
      secretTextsLike(
        /^(?!token:)[\w.@-]{1,64}:(?:viewer|operator):scrypt:1[4-7]:(?:[1-9]|1[0-6]):[1-4]:[\w-]{16,128}:[\w-]{43,128}$/,
        'NAME:ROLE:HASH with a role viewer or operator and a hash scrypt:LOG2N:R:P:SALT:KEY',
        'NAME:ROLE:HASH',
      ),
      [],
      'Users with a password. docs/administration.md has the command that makes a hash.',
    ),
    allowedOrigins: setting(
      originList(),
      [],
      'Origins of web pages elsewhere that may use it, such as https://admin.example.com.',
      'none',
    ),
    allowedHosts: setting(
      texts('HOST'),
      [],
      'Names by which browsers on the machine itself may ask for it without credentials, beside localhost and addresses.',
      'none',
    ),
  },
);
