/** What a client says of itself: the Web SDK sends `navigator.userAgent` and `navigator.appVersion`, others what they like. */
interface Said {
  readonly browser: string;
  readonly os: string;
}

/** As browsers name themselves, those that also name another one first (RFC 9110 section 10.1.5). */
const browsers: readonly (readonly [RegExp, string])[] = [
  [/\bEdg(?:A|iOS)?\/(\d+)/, 'Edge'],
  [/\bOPR\/(\d+)/, 'Opera'],
  [/\bSamsungBrowser\/(\d+)/, 'Samsung Internet'],
  [/\b(?:Firefox|FxiOS)\/(\d+)/, 'Firefox'],
  [/\b(?:Headless)?(?:Chrome|CriOS)\/(\d+)/, 'Chrome'],
  [/\bVersion\/(\d+(?:\.\d+)?)/, 'Safari'],
];
const systems: readonly (readonly [RegExp, string])[] = [
  [/\bAndroid(?: (\d+))?/, 'Android'],
  [/\b(?:iPhone|CPU) OS (\d+)/, 'iOS'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
];
/** What all browsers begin with. */
const userAgent = /^Mozilla\/5\.0 \(/;
const appVersion = /^5\.0 \(/;
/** Characters that are looked at. */
const longest = 512;

/** The browser and its version, such as `Chrome 141`; what is no browser's is left as it is. */
export function browserName({ browser }: Said): string {
  return userAgent.test(browser) ? (find(browsers, browser) ?? browser) : browser;
}

/** The system, such as `Windows` or `iOS 18`; `''` where nothing is said of it. */
export function systemName({ browser, os }: Said): string {
  if (os !== '' && !appVersion.test(os)) return os;
  return userAgent.test(browser) ? (find(systems, browser) ?? '') : (find(systems, os) ?? '');
}

function find(known: readonly (readonly [RegExp, string])[], text: string): string | null {
  for (const [pattern, name] of known) {
    const match = pattern.exec(text.slice(0, longest));
    if (match) return match[1] ? `${name} ${match[1]}` : name;
  }
  return null;
}
